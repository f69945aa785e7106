// Follows the frontiers of theories without a network, beside the page.
onmessage = ({ data: { key, asked } }) => {
  postMessage({ key, lines: liveFrontier(asked.name, asked.parameters, asked.limits, asked.x, asked.y, asked.steps) })
}
