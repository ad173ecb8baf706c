"""Views of objects by casting rays: cameras, light, displaced surfaces, a cache on disk."""
