// From numbers to colours: the maps of the figures, straight or evenly bent in OKLab (https://bottosson.github.io/posts/oklab).

function labColour([lightness, a, b]) {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  const gamma = part => {
    part = Math.min(Math.max(part, 0), 1)
    return part <= 0.0031308 ? 12.92 * part : 1.055 * part ** (1 / 2.4) - 0.055
  }
  const parts = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s, -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s,
  ]
  return "#" + parts.map(part => Math.round(255 * gamma(part)).toString(16).padStart(2, "0")).join("")
}

function polar(lightness, chroma, hue) {
  const angle = hue * Math.PI / 180
  return [lightness, chroma * Math.cos(angle), chroma * Math.sin(angle)]
}

/** From a pale 0 to a deep 1. */
function sequential(share) {
  share = Math.min(Math.max(share, 0), 1)
  return labColour(polar(0.97 - 0.64 * share, 0.03 + 0.048 * Math.sin(Math.PI * share) + 0.03 * share, 100 + 168 * share))
}

/** From a deep blue -1 over a pale 0 to a deep red 1. */
function diverging(share) {
  share = Math.min(Math.max(share, -1), 1)
  const depth = Math.abs(share)
  return labColour(polar(0.97 - 0.52 * depth, 0.135 * depth, share < 0 ? 250 : 32))
}

/** A scale for the numbers of one panel: what a number's colour is, and what the ends of the bar stand for. */
function valueScale(numbers, isShare) {
  const known = numbers.filter(number => !Number.isNaN(number))
  if (isShare) return { low: 0, high: 1, colour: sequential, kind: "share" }
  let low = Math.min(...known), high = Math.max(...known)
  if (!known.length) [low, high] = [0, 1]
  if (low < 0 && high > 0) {
    const reach = Math.max(-low, high)
    return { low: -reach, high: reach, colour: value => diverging(value / reach), kind: "signed" }
  }
  if (low > 0 && high > 100 * low) {
    return { low, high, colour: value => sequential(Math.log(value / low) / Math.log(high / low)), kind: "logarithmic" }
  }
  if (low === high) [low, high] = [low - 0.5, high + 0.5]
  return { low, high, colour: value => sequential((value - low) / (high - low)), kind: "linear" }
}
