// The contrast of lines of text in a picture. The commonest colour of a line is its ground, and its
// letters are what stands out most from it; a few pixels may be a neighbour's edge.
async ({ png, lines, scale }) => {
  const file = await (await fetch(`data:image/png;base64,${png}`)).blob();
  const picture = await createImageBitmap(file);
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  const drawn = canvas.getContext("2d", { willReadFrequently: true });
  drawn.drawImage(picture, 0, 0);
  // WCAG 2.2, relative luminance and contrast ratio.
  const linear = (value) => (value <= 10 ? value / 3294 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = (colour) => {
    const [red, green, blue] = [colour & 255, (colour >> 8) & 255, (colour >> 16) & 255].map(linear);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (one, other) => (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  return lines.map(({ box }) => {
    const { data } = drawn.getImageData(...box.map((length) => Math.round(length * scale)));
    const pixels = new Uint32Array(data.buffer);
    const counts = new Map();
    // Most of a line is its ground, so whole stretches are counted at once.
    for (let from = 0, to = 0; from < pixels.length; from = to) {
      while (pixels[to] === pixels[from]) to += 1;
      counts.set(pixels[from], (counts.get(pixels[from]) ?? 0) + to - from);
    }
    const common = [...counts].filter(([, count]) => count >= 8);
    const [[ground]] = common.sort((one, other) => other[1] - one[1]);
    const behind = luminance(ground);
    return Math.max(...common.map(([colour]) => contrast(luminance(colour), behind)));
  });
};
