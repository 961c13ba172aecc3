"""What the page of the operator is made of."""
