"""Make the bundled emoji, ``convlab/data/emoji``, from three npm packages and a renderer of SVG.

    mkdir emoji && cd emoji
    npm pack emoji-datasource-google@16.0.0 emoji-datasource-twitter@16.0.0 openmoji@17.0.0
    npm install @resvg/resvg-js@2.6.2
    python tools/assets/make_emoji.py emoji

Each tarball must have the integrity that npm's registry states for it. The 64-pixel pictures of Noto and Twemoji, and
OpenMoji's drawings, rendered at 64 pixels, are put on white. Each block of 2 x 2 pixels becomes its mean, rounded to
the nearest level, halves up. The sheets hold the same emoji in the same places, 32 in a row.

What is in which class follows from Unicode's subcategories, less what a look at the pictures ruled out (LEFT_OUT). What
one would call the same thing, or can hardly tell apart at 32 pixels, is one concept (TWINS). Nothing depends on the
machine or the day: every run gives the same pixels and the same table.
"""

import argparse
import base64
import csv
import hashlib
import io
import json
import subprocess
import tarfile
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
from PIL import Image

OUT = Path(__file__).parents[2] / "convlab" / "data" / "emoji"
PACKAGES = {  # designer: (tarball, npm's integrity)
    "noto": (
        "emoji-datasource-google-16.0.0.tgz",
        "sha512-ZRexfzs7MVoLnmzZmNsO4TKhnAJp5D++Vm6PpUpH/jEQQlemp3l88CjZ+DoZ2faM9R4QxZkOPJCoT8DlPhfQ3A==",
    ),
    "twemoji": (
        "emoji-datasource-twitter-16.0.0.tgz",
        "sha512-7F+uCuHH+7Qnrc15P5tnbvKkg9E6tlzi4MnT2uW1RlN4pLYTza6cP/dstIfSDMtpjFLWuZewWg8jBbuL2eyELQ==",
    ),
    "openmoji": (
        "openmoji-17.0.0.tgz",
        "sha512-EBnYrNGdcdw+OSXmENeNE1yBNRu6tOraTmoOyUbJkTmvT/+XETp8RZLSJFzD3lrPc5N9CzsyPnRTk0Vp4UaI9w==",
    ),
}
CLASSES = {  # of Unicode's subcategories
    "face": """face-smiling face-affection face-tongue face-hand face-neutral-skeptical face-sleepy face-unwell face-hat
        face-glasses face-concerned face-negative face-costume person""",
    "animal": "monkey-face animal-mammal animal-bird animal-amphibian animal-reptile animal-marine animal-bug",
    "food": "food-fruit food-vegetable food-prepared food-asian food-sweet drink",
    "vehicle": "transport-ground transport-water transport-air",
    "building": "place-building place-religious place-other",
    "clothing": "clothing",
}
# No picture of the class, or of two classes. (Cats with a smile have a subcategory of their own, not taken above.)
LEFT_OUT = """
    face_in_clouds skull skull_and_crossbones hankey ghost space_invader
    pig_nose feet feather wing shell coral shrimp oyster spider_web microbe
    salt canned_food takeout_box baby_bottle teapot pouring_liquid ice_cube
    station manual_wheelchair motorized_wheelchair roller_skate busstop motorway railway_track oil_drum fuelpump wheel
    rotating_light traffic_light vertical_traffic_light octagonal_sign construction anchor ring_buoy parachute seat
    satellite
    building_construction bricks rock wood statue_of_liberty fountain tent foggy sunrise_over_mountains sunrise
    bridge_at_night hotsprings carousel_horse playground_slide ferris_wheel roller_coaster barber
    folding_hand_fan shopping_bags hair_pick prayer_beads lipstick ring gem
"""
# A line, a concept; every other emoji is one by itself.
TWINS = """
    grinning smiley smile grin laughing sweat_smile
    joy rolling_on_the_floor_laughing
    slightly_smiling_face upside_down_face blush relaxed innocent wink
    kissing kissing_heart kissing_closed_eyes kissing_smiling_eyes
    heart_eyes smiling_face_with_3_hearts
    stuck_out_tongue stuck_out_tongue_winking_eye stuck_out_tongue_closed_eyes zany_face yum
    face_with_hand_over_mouth face_with_open_eyes_and_hand_over_mouth yawning_face shushing_face thinking_face
    neutral_face expressionless no_mouth dotted_line_face face_with_diagonal_mouth
    smirk unamused face_with_rolling_eyes face_with_raised_eyebrow
    shaking_face head_shaking_horizontally head_shaking_vertically
    relieved pensive disappointed face_with_bags_under_eyes
    sleepy sleeping drooling_face
    slightly_frowning_face white_frowning_face frowning anguished worried confused
    open_mouth hushed astonished flushed
    pleading_face face_holding_back_tears
    cry sob smiling_face_with_tear disappointed_relieved sweat
    fearful cold_sweat scream
    persevere confounded weary tired_face
    angry rage face_with_symbols_on_mouth triumph
    smiling_imp imp
    nauseated_face face_vomiting
    dizzy_face face_with_spiral_eyes woozy_face
    nerd_face sunglasses face_with_monocle disguised_face
    mask face_with_thermometer face_with_head_bandage sneezing_face
    japanese_ogre japanese_goblin
    child boy girl
    adult man woman person_with_blond_hair blond-haired-woman blond-haired-man
    bearded_person man_with_beard woman_with_beard
    red_haired_person red_haired_man red_haired_woman
    curly_haired_person curly_haired_man curly_haired_woman
    white_haired_person white_haired_man white_haired_woman
    bald_person bald_man bald_woman
    older_adult older_man older_woman
    monkey monkey_face see_no_evil hear_no_evil speak_no_evil
    dog dog2 guide_dog service_dog poodle
    cat cat2 black_cat
    tiger tiger2
    horse racehorse
    deer moose
    cow cow2 ox water_buffalo bison
    pig pig2
    sheep ram
    camel dromedary_camel
    elephant mammoth
    mouse mouse2 rat
    rabbit rabbit2
    bear polar_bear
    rooster chicken
    baby_chick hatching_chick hatched_chick
    bird black_bird
    swan goose
    dragon dragon_face
    whale whale2
    apple green_apple
    lemon lime
    potato sweet_potato
    bagel doughnut
    pancakes waffle
    rice_ball rice_cracker
    ramen spaghetti
    stew shallow_pan_of_food
    ice_cream shaved_ice
    cake birthday
    coffee tea
    wine_glass cocktail tropical_drink
    beer beers
    champagne clinking_glasses
    glass_of_milk tumbler_glass
    cup_with_straw bubble_tea
    bullettrain_side bullettrain_front
    train2 metro tram light_rail
    railway_car mountain_railway train
    bus oncoming_bus trolleybus
    car oncoming_automobile blue_car taxi oncoming_taxi police_car oncoming_police_car
    truck articulated_lorry
    racing_motorcycle motor_scooter
    speedboat motor_boat
    ship passenger_ship ferry
    airplane small_airplane airplane_departure airplane_arriving
    aerial_tramway mountain_cableway suspension_railway
    house house_with_garden house_buildings derelict_house_building
    office department_store
    post_office european_post_office
    hotel love_hotel
    classical_building bank
    church wedding
    cityscape night_with_stars city_sunset city_sunrise
    eyeglasses dark_sunglasses goggles
    coat lab_coat
    shirt womans_clothes
    shorts briefs
    purse handbag pouch
    mans_shoe athletic_shoe
    boot hiking_boot
    womans_flat_shoe ballet_shoes
    high_heel sandal
    military_helmet helmet_with_white_cross
"""
TONES = ("", "1F3FB", "1F3FC", "1F3FD", "1F3FE", "1F3FF")  # the people's, in turn: each picture has one
SHARES = {"test": 0.18, "val": 0.16}  # of the pictures of each class; the rest is for training
SIZE, COLUMNS = 32, 32
RENDER = """
const [folder, ...rest] = process.argv.slice(1);
const { Resvg } = require(require.resolve("@resvg/resvg-js", { paths: [folder] }));
const pictures = JSON.parse(require("fs").readFileSync(0, "utf8")).map((svg) =>
  new Resvg(svg, { fitTo: { mode: "width", value: 64 }, font: { loadSystemFonts: false } }).render().asPng());
process.stdout.write(JSON.stringify(pictures.map((png) => png.toString("base64"))));
"""


def open_package(folder, designer):
    """Return the package of a designer, once it is known to be the one that this script was written for."""
    name, integrity = PACKAGES[designer]
    found = "sha512-" + base64.b64encode(hashlib.sha512((folder / name).read_bytes()).digest()).decode()
    if found != integrity:
        raise SystemExit(f"{folder / name} is not the package that was meant: its integrity is {found}")
    return tarfile.open(folder / name)


def choose(entries):
    """Return a row for each emoji that is taken, in the order of Unicode: class, concept, name, the code points."""
    subcategories = {each: name for name, several in CLASSES.items() for each in several.split()}
    concepts = {each: line.split()[0] for line in TWINS.strip().splitlines() for each in line.split()}
    left_out, known = set(LEFT_OUT.split()), {entry["short_name"] for entry in entries}
    if unknown := (concepts.keys() | left_out) - known:
        raise SystemExit(f"no such emoji: {sorted(unknown)}")
    rows, people = [], 0
    for entry in sorted(entries, key=lambda entry: entry["sort_order"]):
        name, label = entry["short_name"], subcategories.get(entry["subcategory"])
        if label is None or name in left_out:
            continue
        if entry["subcategory"] == "person":
            tone = TONES[people % len(TONES)]
            people += 1
            entry = entry | entry["skin_variations"].get(tone, {})
        if not entry["has_img_google"] or not entry["has_img_twitter"]:
            raise SystemExit(f"{name}: a picture is missing, and another designer's would take its place")
        concept = concepts.get(name, name).replace("_", " ").replace("-", " ")
        row = {"class": label, "concept": concept, "name": entry["name"].lower().replace("’", "'")}
        rows.append(row | {"unified": entry["unified"], "image": entry["image"]})
    return sorted(rows, key=lambda row: list(CLASSES).index(row["class"]))


def halve(picture):
    """Return a picture of 64 x 64 on white, each 2 x 2 pixels as their mean: in whole numbers, halves up."""
    pixels = np.asarray(picture.convert("RGBA")).astype(np.uint32)
    if pixels.shape != (2 * SIZE, 2 * SIZE, 4):
        raise SystemExit(f"a picture has the shape {pixels.shape}")
    alpha = pixels[..., 3:]
    on_white = pixels[..., :3] * alpha + 255 * (255 - alpha)
    return ((on_white.reshape(SIZE, 2, SIZE, 2, 3).sum((1, 3)) + 510) // 1020).astype(np.uint8)


def read_png(folder, designer, rows):
    """Return the pictures of Noto or Twemoji, (N, 32, 32, 3)."""
    inner = {"noto": "google", "twemoji": "twitter"}[designer]
    with open_package(folder, designer) as archive:
        files = (archive.extractfile(f"package/img/{inner}/64/{row['image']}") for row in rows)
        return np.stack([halve(Image.open(file)) for file in files])


def read_svg(folder, rows):
    """Return OpenMoji's drawings, rendered, (N, 32, 32, 3)."""
    with open_package(folder, "openmoji") as archive:
        names = set(archive.getnames())
        paths = (f"package/color/svg/{row['unified']}.svg" for row in rows)
        paths = [path if path in names else path.replace("-FE0F", "") for path in paths]
        drawings = [archive.extractfile(path).read().decode() for path in paths]
    command = ["node", "-e", RENDER, str(folder.resolve())]
    done = subprocess.run(command, input=json.dumps(drawings), capture_output=True, text=True, check=True)
    return np.stack([halve(Image.open(io.BytesIO(base64.b64decode(png)))) for png in json.loads(done.stdout)])


def dealt(groups):
    """Return a split for each group of one class, {group: split}; `groups` says how many pictures are in each.

    In an order that looks random and is the same for ever, each split gets groups until it has its share.
    """
    order = sorted(groups, key=lambda group: hashlib.sha256(str(group).encode()).digest())
    total, found, splits = sum(groups.values()), Counter(), {}
    for group in order:
        open_splits = [s for s, share in SHARES.items() if found[s] + groups[group] / 2 <= share * total]
        splits[group] = open_splits[0] if open_splits else "train"
        found[splits[group]] += groups[group]
    return splits


def table(rows):
    """Return a row for each picture, designer by designer, with its part in both ways to split."""
    by_concept, by_picture = {}, {}
    for label in CLASSES:
        mine = [row for row in rows if row["class"] == label]
        by_concept |= dealt(Counter(row["concept"] for row in mine for _ in PACKAGES))
        by_picture |= dealt({(row["name"], designer): 1 for row in mine for designer in PACKAGES})
    return [
        [
            *(designer, row["class"], row["concept"], row["name"]),
            by_concept[row["concept"]],
            by_picture[row["name"], designer],
        ]
        for designer in PACKAGES
        for row in rows
    ]


def make(folder, out):
    """Write three sheets and the table into the folder `out` and print what PROVENANCE.md says about them."""
    with open_package(folder, "noto") as archive:
        rows = choose(json.load(archive.extractfile("package/emoji.json")))
    out.mkdir(parents=True, exist_ok=True)
    for designer in PACKAGES:
        pictures = read_svg(folder, rows) if designer == "openmoji" else read_png(folder, designer, rows)
        lines = -(-len(rows) // COLUMNS)
        sheet = np.full((lines * COLUMNS, SIZE, SIZE, 3), 255, np.uint8)
        sheet[: len(rows)] = pictures
        sheet = sheet.reshape(lines, COLUMNS, SIZE, SIZE, 3).transpose(0, 2, 1, 3, 4).reshape(lines * SIZE, -1, 3)
        Image.fromarray(sheet).save(out / f"{designer}.png", optimize=True)
        print(f"{designer}: {len(rows)} pictures, pixels {hashlib.sha256(sheet.tobytes()).hexdigest()}")
    found = table(rows)
    with (out / "emoji.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["designer", "class", "concept", "name", "by_concept", "by_picture"])
        writer.writerows(found)
    counts = defaultdict(Counter)
    for _, label, _, _, by_concept, by_picture in found:
        counts["by concept", by_concept][label] += 1
        counts["by picture", by_picture][label] += 1
    for (by, split), count in sorted(counts.items()):
        print(f"{by}, {split}: {' '.join(str(count[label]) for label in CLASSES)}, all {count.total()}")
    print("concepts:", Counter(label for label, _ in {(row[1], row[2]) for row in found}))
    for path in sorted(out.glob("*.[cp][sn][vg]")):
        print(f"  {hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}, {path.stat().st_size} bytes")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="with the three tarballs and node_modules, as above")
    make(parser.parse_args().folder, OUT)
