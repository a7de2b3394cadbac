"""Colour differences by CIEDE2000, and colours as dichromats see them."""

import numpy as np

SIGHTS = {
    "normal": np.eye(3),
    "protanope": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranope": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
}
"""Matrices of linear RGB: Machado, Oliveira, Fernandes, IEEE Trans. Vis. Comput. Graph. 15, 2009, severity 1."""
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)


def linear(colour):
    """Return linear RGB of an sRGB colour such as #2b6cb0."""
    part = np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)]) / 255
    return np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)


def lab(colour, sight="normal"):
    """Return CIELAB (D65) of a colour as it is seen."""
    ratio = TO_XYZ @ np.clip(SIGHTS[sight] @ linear(colour), 0, 1) / TO_XYZ.sum(axis=1)
    x, y, z = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def ciede2000(one, other):
    """Return the difference of two CIELAB colours (Sharma, Wu, Dalal, Color Res. Appl. 30, 2005)."""
    (l1, a1, b1), (l2, a2, b2) = one, other
    mean = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    stretch = 1.5 - 0.5 * np.sqrt(mean**7 / (mean**7 + 25.0**7))
    a1, a2 = a1 * stretch, a2 * stretch
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = (np.degrees(np.arctan2(b, a)) % 360 for b, a in ((b1, a1), (b2, a2)))
    turn = 0.0 if c1 * c2 == 0 else (h2 - h1 + 180) % 360 - 180
    if c1 * c2 and h2 - h1 == 180:
        turn = 180.0
    hue = h1 + h2 if c1 * c2 == 0 else ((h1 + h2) / 2 + (180 if abs(h1 - h2) > 180 else 0)) % 360
    light, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    t = sum(
        weight * np.cos(np.radians(times * hue + shift))
        for weight, times, shift in ((1, 0, 0), (-0.17, 1, -30), (0.24, 2, 0), (0.32, 3, 6), (-0.2, 4, -63))
    )
    lightness = (l2 - l1) / (1 + 0.015 * (light - 50) ** 2 / np.sqrt(20 + (light - 50) ** 2))
    colourful = (c2 - c1) / (1 + 0.045 * chroma)
    hued = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2)) / (1 + 0.015 * chroma * t)
    twist = -np.sin(np.radians(60 * np.exp(-(((hue - 275) / 25) ** 2))))
    twist *= 2 * np.sqrt(chroma**7 / (chroma**7 + 25.0**7))
    return float(np.sqrt(lightness**2 + colourful**2 + hued**2 + twist * colourful * hued))


def nearest(colours, sight):
    """Return the two colours that are nearest to each other, and their difference."""
    pairs = [(one, other) for place, one in enumerate(colours) for other in colours[:place]]
    return min((ciede2000(lab(one, sight), lab(other, sight)), one, other) for one, other in pairs)
