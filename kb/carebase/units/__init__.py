"""Files of units: reading what a maker exports of its sales and repairs, and writing it again."""
