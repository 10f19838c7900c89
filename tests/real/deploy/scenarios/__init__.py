"""What happens, and what has to come of it. A public function with a docstring is a scenario."""
