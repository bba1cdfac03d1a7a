"""How much of what could give somebody away the risk helper finds, and how often it cries wolf."""
