"""Where training runs, and whether bfloat16 pays there."""

from __future__ import annotations

import torch

from cpecnlp.errors import InputError


def choose_device(name: str = "auto") -> torch.device:
    """Return the device called ``name``; ``auto`` is CUDA where there is any, else the CPU.

    Raises:
        InputError: There is no such device here.
    """
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
    except RuntimeError:
        raise InputError(f"{name!r} is no device: auto, cpu or cuda") from None
    if device.type not in ("cpu", "cuda"):
        raise InputError(f"entity models are trained on cpu or cuda, not on {name!r}")
    if device.type == "cuda" and not torch.cuda.is_available():
        raise InputError("there is no CUDA device here, or torch was built without CUDA")
    return device


def bf16_pays(device: torch.device) -> bool:
    """Whether matrices are multiplied faster in bfloat16: on CPUs with instructions for it, and newer GPUs."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported())
    # a query of the processor, which torch offers under private names alone
    cpu = torch.cpu
    return bool(cpu._is_avx512_bf16_supported() or cpu._is_amx_tile_supported())
