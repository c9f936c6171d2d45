"""What every section of the settings is: checked whole, unknown names refused, never changed."""

import os
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

# Nobody brings plugins for pydantic; looking for them opens a file of every installed package, which
# an SD card is slow at.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

Port = Annotated[int, Field(ge=1, le=65535)]


class Section(BaseModel):
    """One table of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)
