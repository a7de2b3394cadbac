"""What the chapters of the report show: views, figures and sentences, which pages share."""
