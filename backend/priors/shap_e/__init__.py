"""Shap-E (Jun and Nichol 2023) as a prior of shapes, for words that ours was never taught, where a person fetched it.

sampling      words -> latents, by denoising
latent_field  latents -> a field: inside or outside, and color
start         a dense grid that begins with it
"""
