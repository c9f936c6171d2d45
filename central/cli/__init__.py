"""What a person types at the centre's own terminal."""
