"""Makes the portraits of this folder from pictures that PyPI packages carry.

    pip download --no-deps scikit-image matplotlib && unzip both
    python make.py skimage/data/astronaut.png matplotlib/mpl-data/sample_data/grace_hopper.jpg

Needs numpy and pillow. Both originals are small, so they are enlarged; sharpening and grain give back what a camera
would have caught.
"""

import sys

import numpy
from PIL import Image, ImageFilter


def enlarge(picture, box, size):
    picture = picture.convert("RGB").crop(box).resize(size, Image.LANCZOS)
    picture = picture.filter(ImageFilter.UnsharpMask(radius=3, percent=180, threshold=0))
    grain = numpy.random.default_rng(1).normal(0, 4, (size[1], size[0], 1))
    return Image.fromarray(numpy.clip(numpy.asarray(picture) + grain, 0, 255).astype("uint8"))


astronaut, hopper = (Image.open(path) for path in sys.argv[1:3])
enlarge(astronaut, (109, 0, 334, 300), (675, 900)).save("good.jpg", quality=88)
enlarge(hopper, (85, 20, 455, 513), (600, 800)).save("glasses.jpg", quality=88)
