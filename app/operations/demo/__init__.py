"""The demo company: Gannet Quay Supply, built with the same commands everybody uses."""

from app.operations.demo.build import DemoBuilt, DemoCompany, NotWantedAnyMore, build_demo

__all__ = ["DemoBuilt", "DemoCompany", "NotWantedAnyMore", "build_demo"]
