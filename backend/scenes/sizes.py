"""How large things are beside each other: as in a picture book. In the world a bee on a house is a dot.

Objects that are not listed have size 1, as forms have that are of no size by nature.
"""

from __future__ import annotations

SAID = {"small": 0.6, "large": 1.45}
"""What a word of size makes of it."""
_SIZES = {
    0.35: "acorn, ant, bee, candy, capsule, cherry, dice, diamond ring, gem, ladybird, radish, key, medal, salt "
    "shaker, strawberry, lemon, apple, tomato, egg, boiled egg, cookie, pear, avocado, chilli, popcorn, "
    "worm, snail, mouse, spider, bow tie, wristwatch, light bulb, lollipop, toast, sushi, chick, "
    "butterfly, caterpillar, dragonfly",
    0.5: "banana, carrot, corn, croissant, cupcake, doughnut, burger, hot dog, sandwich, ice cream, popsicle, "
    "grapes, eggplant, mushroom, mug, teacup, wine glass, jam jar, candle, pencil, paintbrush, spoon, "
    "fork, knife, whisk, ladle, screwdriver, wrench, pliers, hammer, scissors, smartphone, book, open "
    "book, glasses, shoe, boot, sock, mitten, cap, party hat, cowboy hat, top hat, witch hat, crown, "
    "magnet, padlock, hourglass, alarm clock, camera, radio, microphone, telephone, bell, spinning top, "
    "magic wand, baseball bat, basketball, football, beach ball, bread, cheese, pie, pizza, slice of "
    "cake, chocolate bar, chicken leg, french fries, fried egg, gingerbread man, milkshake, soup, bird, "
    "frog, crab, lobster, starfish, scorpion, seahorse, guinea pig, hedgehog, squirrel, parrot, owl, "
    "duck, tulip, rose, flower, clover, leaf, seedling, skull, lantern, toaster, kettle, teapot, jug, "
    "bottle, bowl, plate, pot, frying pan, bucket, vase, handbag, roller skate, dumbbell, trophy, gumball "
    "machine, pineapple, matryoshka, watermelon, pumpkin, jack-o'-lantern, birthday cake, teddy bear, "
    "doll, torch, smiley, toy blocks, xylophone, trumpet, drum, tambourine, garden gnome, balloon",
    0.7: "cat, rabbit, fox, chicken, rooster, penguin, koala, monkey, turtle, fish, octopus, jellyfish, snake, "
    "swan, dog, goat, sheep, pig, basket, backpack, suitcase, stool, laptop, television, lamp, guitar, "
    "electric guitar, violin, gramophone, potted plant, cactus, sunflower, umbrella, sword, shield, axe, "
    "pickaxe, shovel, rake, broom, gift, crate, barrel, treasure chest, trash can, fire hydrant, fire "
    "extinguisher, traffic cone, skateboard, scooter, sled, watering can, log, tree stump, birdhouse, "
    "mailbox, peacock, flamingo, anchor, kennel",
    1.3: "car, van, horse, cow, camel, bear, rhino, hippo, sofa, bed, wardrobe, bookshelf, piano, tractor, "
    "biplane, bathtub, elephant, giraffe, dinosaur, sailing boat, rowing boat, tent, helicopter, shark, "
    "tree, apple tree, street lamp, christmas tree, traffic light",
    1.7: "house, barn, church, castle, tower, lighthouse, windmill, bus, truck, fire engine, train, plane, "
    "ship, pirate ship, submarine, whale, pine tree, palm tree, dragon, hot air balloon, ferris wheel, "
    "bridge, temple, pagoda, factory, skyscraper, rocket, digger, igloo, tipi, slide, ufo",
}  # fmt: skip
SIZES = {name.strip(): size for size, names in _SIZES.items() for name in names.split(",")}


def size_of(name: str, said: str = "") -> float:
    """The size of an object beside others; `said` is the prompt's word for it, as the prior knows it."""
    return SIZES.get(name, 1.0) * SAID.get(said, 1.0)
