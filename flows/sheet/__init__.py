"""The inspection sheet: what an inspector takes along to one factory, as a page and as PDF."""
