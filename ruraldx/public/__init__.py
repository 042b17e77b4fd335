"""Public pages: start page and a page for each commune. They read published facts only."""
