"""What all HTML pages of the reports share."""
