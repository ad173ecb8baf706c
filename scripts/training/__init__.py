"""What makes the embedded models. `prior` learns the world of objects in three dimensions."""
