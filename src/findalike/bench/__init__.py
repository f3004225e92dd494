"""Measuring, as part of the product: `findalike bench`. Every figure is taken beside what it is compared with."""
