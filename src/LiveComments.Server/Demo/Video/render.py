#!/usr/bin/env python3
"""Draws the demo's video: a match seen from above, which begins again where it ends.

Needs ffmpeg with libx264 and libass. Writes init.mp4 and 0.m4s, 1.m4s, ... beside itself: fragments of four seconds.
"""
import math
import pathlib
import random
import subprocess
import tempfile

WIDTH, HEIGHT, RATE = 640, 360, 15
FRAGMENT, FRAGMENTS = 4, 9
LENGTH = FRAGMENT * FRAGMENTS
STEP = 0.2
LEFT, TOP, RIGHT, BOTTOM = 40, 46, 600, 334

# ASS writes a colour as blue, green, red.
GRASS, STRIPE, LINE = "3C6E2B", "427631", "D8EBD8"
RED, BLUE, WHITE = "4B4BE8", "E89A3C", "FFFFFF"


def stamp(seconds):
    hundredths = round(seconds * 100)
    return f"{hundredths // 360000}:{hundredths // 6000 % 60:02}:{hundredths // 100 % 60:02}.{hundredths % 100:02}"


def shape(colour, path, layer=0, outline=0, outline_colour=WHITE, fill="00"):
    return layer, f"\\p1\\bord{outline}\\shad0\\1c&H{colour}&\\3c&H{outline_colour}&\\1a&H{fill}&", path


def box(left, top, right, bottom):
    return f"m {left} {top} l {right} {top} {right} {bottom} {left} {bottom}"


def disc(radius):
    # Four curves; 0.5523 is the usual distance of their handles.
    handle = radius * 0.5523
    r, h = round(radius, 1), round(handle, 1)
    return f"m {-r} 0 b {-r} {-h} {-h} {-r} 0 {-r} b {h} {-r} {r} {-h} {r} 0 b {r} {h} {h} {r} 0 {r} b {-h} {r} {-r} {h} {-r} 0"


def periodic(seed, size):
    """A smooth way that is back at its beginning after the whole length."""
    chance = random.Random(seed)
    waves = [(n, chance.uniform(0.3, 1) / math.sqrt(n), chance.uniform(0, 2 * math.pi)) for n in (1, 2, 3, 5)]
    whole = sum(height for _, height, _ in waves)
    return lambda t: size * sum(height * math.sin(2 * math.pi * n * t / LENGTH + phase) for n, height, phase in waves) / whole


def players():
    """Where each plays, as a share of the pitch seen from the left side's goal."""
    lines = [(0.03, [0.5]), (0.2, [0.15, 0.38, 0.62, 0.85]), (0.42, [0.12, 0.37, 0.63, 0.88]), (0.62, [0.36, 0.64])]
    return [(depth, across) for depth, row in lines for across in row]


def events():
    still, end = [], stamp(LENGTH)
    still.append(shape(GRASS, box(0, 0, WIDTH, HEIGHT)))
    for i in range(0, 10, 2):
        width = (RIGHT - LEFT) / 10
        still.append(shape(STRIPE, box(round(LEFT + i * width), TOP, round(LEFT + (i + 1) * width), BOTTOM)))
    frames = [(LEFT, TOP, RIGHT, BOTTOM), (LEFT, 120, LEFT + 84, 260), (RIGHT - 84, 120, RIGHT, 260), (LEFT, 156, LEFT + 30, 224), (RIGHT - 30, 156, RIGHT, 224)]
    still += [shape(GRASS, box(*frame), 1, 1.2, LINE, "FF") for frame in frames]
    middle = (LEFT + RIGHT) // 2
    still.append(shape(LINE, box(middle - 1, TOP, middle + 1, BOTTOM), 1))
    for layer, style, path in still:
        yield f"Dialogue: {layer},0:00:00.00,{end},D,,0,0,0,,{{\\an7\\pos(0,0){style}}}{path}"
    for radius in (38, 2):
        layer, style, path = shape(LINE if radius == 2 else GRASS, disc(radius), 1, 0 if radius == 2 else 1.2, LINE, "00" if radius == 2 else "FF")
        yield f"Dialogue: {layer},0:00:00.00,{end},D,,0,0,0,,{{\\an7\\pos({middle},{(TOP + BOTTOM) // 2}){style}}}{path}"
    for x, align, colour, text in ((middle - 46, 6, RED, "RED"), (middle, 5, WHITE, "1 : 1"), (middle + 46, 4, BLUE, "BLUE")):
        yield f"Dialogue: 2,0:00:00.00,{end},D,,0,0,0,,{{\\an{align}\\pos({x},23)\\1c&H{colour}&}}{text}"

    ball_x, ball_y = periodic(7, 0.42), periodic(11, 0.4)
    ball = lambda t: (LEFT + (0.5 + ball_x(t)) * (RIGHT - LEFT), TOP + (0.5 + ball_y(t)) * (BOTTOM - TOP))
    ways = [(disc(4), WHITE, 5, ball)]
    for side, colour in ((0, RED), (1, BLUE)):
        for i, (depth, across) in enumerate(players()):
            keeper = i == 0
            own_x, own_y = periodic(100 * side + 2 * i, 14), periodic(100 * side + 2 * i + 1, 16)

            def way(t, depth=depth, across=across, keeper=keeper, own_x=own_x, own_y=own_y, side=side):
                x = LEFT + (depth if side == 0 else 1 - depth) * (RIGHT - LEFT)
                y = TOP + across * (BOTTOM - TOP)
                to_x, to_y = ball(t)
                # Everybody goes with the ball a little, the near ones more; a keeper stays in the goal.
                near = 0.14 + 0.36 * math.exp(-math.hypot(to_x - x, to_y - y) / 90)
                pull = 0.1 if keeper else near
                return x + (0 if keeper else pull * (to_x - x) + own_x(t)), y + pull * (to_y - y) + (own_y(t) * 0.4 if keeper else own_y(t))

            ways.append((disc(7.5), colour, 4, way))
    for path, colour, layer, way in ways:
        for i in range(round(LENGTH / STEP)):
            (x1, y1), (x2, y2) = way(i * STEP), way((i + 1) * STEP)
            style = shape(colour, path, layer, 1, "202020")[1]
            yield f"Dialogue: {layer},{stamp(i * STEP)},{stamp((i + 1) * STEP)},D,,0,0,0,,{{\\an7\\move({x1:.1f},{y1:.1f},{x2:.1f},{y2:.1f}){style}}}{path}"


def main():
    here = pathlib.Path(__file__).parent
    head = f"""[Script Info]
ScriptType: v4.00+
PlayResX: {WIDTH}
PlayResY: {HEIGHT}

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, OutlineColour, BackColour, Bold, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: D,DejaVu Sans,20,&H00FFFFFF,&H00202020,&H00000000,1,1,0,0,7,0,0,0,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""
    with tempfile.TemporaryDirectory() as folder:
        scene = pathlib.Path(folder, "scene.ass")
        scene.write_text(head + "\n".join(events()) + "\n")
        subprocess.run([
            "ffmpeg", "-y", "-v", "error", "-f", "lavfi", "-i", f"color=c=black:s={WIDTH}x{HEIGHT}:r={RATE}:d={LENGTH}", "-vf", f"subtitles={scene}", "-map_metadata", "-1",
            "-c:v", "libx264", "-profile:v", "main", "-level", "3.0", "-preset", "veryslow", "-tune", "animation", "-crf", "30", "-pix_fmt", "yuv420p", "-g", str(FRAGMENT * RATE), "-keyint_min", str(FRAGMENT * RATE), "-sc_threshold", "0",
            "-f", "hls", "-hls_time", str(FRAGMENT), "-hls_segment_type", "fmp4", "-hls_playlist_type", "vod", "-hls_fmp4_init_filename", "init.mp4", "-hls_segment_filename", f"{folder}/%d.m4s", f"{folder}/list.m3u8",
        ], check=True)
        for file in ["init.mp4", *(f"{i}.m4s" for i in range(FRAGMENTS))]:
            (here / file).write_bytes(pathlib.Path(folder, file).read_bytes())
        print(pathlib.Path(folder, "list.m3u8").read_text())


if __name__ == "__main__":
    main()
