"""The warm-up of lesson 00, and the smallest complete topic: one engine, one drawing, one panel."""
