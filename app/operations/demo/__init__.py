"""The demo company: Gannet Quay Supply, built with the same commands everybody uses."""

from app.operations.demo.build import DemoBuilt, build_demo

__all__ = ["DemoBuilt", "build_demo"]
