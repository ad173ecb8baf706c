"""Every file here adds its things to THINGS when it is imported; all are imported, in the order of their names."""

from importlib import import_module
from pkgutil import iter_modules

for _module in sorted(module.name for module in iter_modules(__path__)):
    import_module(f"{__name__}.{_module}")
