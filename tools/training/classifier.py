"""Train the digit classifier that measures the generators: `python -m tools.training.classifier`.

Twelve passes over MNIST's 60,000 training images with small random shifts and turns; the test images are
looked at once, at the end. About two minutes on two cores.
"""

import math

import torch
from torch import Tensor
from torch.nn.functional import affine_grid, cross_entropy, grid_sample
from tqdm.auto import tqdm

from helpers import checkpoints, digits
from helpers.data import as_images, mnist

SEED, PASSES, BATCH, RATE = 0, 12, 128, 3e-3
SHIFT, TURN, SCALE = 2 / 14, math.radians(10), 0.1    # the grid is 2 wide: a pixel is 1/14


def jittered(images: Tensor, rng: torch.Generator) -> Tensor:
    """Shift, turn and scale each image a little: [N, 1, 28, 28] -> the same."""
    def uniform(reach: float) -> Tensor:
        return reach * (2 * torch.rand(len(images), generator=rng) - 1)
    angle, size, shift = uniform(TURN), 1 + uniform(SCALE), (uniform(SHIFT), uniform(SHIFT))
    rows = [torch.stack((size * angle.cos(), -size * angle.sin(), shift[0]), 1),
            torch.stack((size * angle.sin(), size * angle.cos(), shift[1]), 1)]
    grid = affine_grid(torch.stack(rows, 1), list(images.shape), align_corners=False)
    return grid_sample(images + 1, grid, align_corners=False) - 1    # what comes in from outside is paper


def main() -> None:
    """Train, test, save."""
    torch.manual_seed(SEED)    # a script of its own process: initial weights and dropout
    rng = torch.Generator().manual_seed(SEED)
    data, net = mnist(train=True), digits.Classifier()
    total = PASSES * (len(data) // BATCH)
    opt = torch.optim.AdamW(net.parameters(), weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(opt, RATE, total)
    for turn in range(PASSES):
        order = torch.randperm(len(data), generator=rng)
        for chosen in tqdm(order.split(BATCH)[:len(data) // BATCH], desc=f"pass {turn + 1}", leave=False):
            loss = cross_entropy(net(jittered(as_images(data.data[chosen]), rng)), data.targets[chosen])
            opt.zero_grad()
            loss.backward()
            opt.step()
            schedule.step()
        print(f"pass {turn + 1}: loss of the last batch {loss.item():.4f}", flush=True)
    net.eval()
    test = mnist(train=False)
    with torch.no_grad():
        seen = torch.cat([net(chunk).argmax(1) for chunk in as_images(test.data).split(digits.CHUNK)])
    right = (seen == test.targets).double().mean().item()
    written = checkpoints.save(net.state_dict(), digits.CHECKPOINT)
    print(f"test accuracy {100 * right:.2f} %\nSHA-256 {written}")


if __name__ == "__main__":
    main()
