"""What tests of pages share: the answer to a question that cannot be answered."""


def refused(client, address, expected):
    """Return the answer to an address; fails unless it has the status, and says what is wrong and what next.

    expected : status, a part of what is said, a part of the remedy
    """
    from airshed.web.guard import POLICY

    status, what, remedy = expected
    answer = client.get(address)
    text = answer.text.replace("&#39;", "'")
    assert (answer.status_code, answer.headers["content-security-policy"]) == (status, POLICY), text
    assert what in text and remedy in text, text
    return answer
