"""How the learning rate changes while a run goes on."""
