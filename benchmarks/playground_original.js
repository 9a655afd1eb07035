// Trains with the original engine: each line of standard input is a start, each answer its CPU seconds and weights.
const nn = require(process.argv[2]);
const lines = require("readline").createInterface({ input: process.stdin });

function load(start) {
  const ids = start.inputs[0].map((_, i) => `input ${i}`);
  const net = nn.buildNetwork(start.shape, nn.Activations[start.activation], nn.Activations.TANH, null, ids, false);
  const weights = start.weights.values(), biases = start.biases.values();
  nn.forEachNode(net, true, node => {
    node.bias = biases.next().value;
    node.inputLinks.forEach(link => { link.weight = weights.next().value; });
  });
  return net;
}

function train(net, start) {
  for (let epoch = 0; epoch < start.epochs; epoch++) {
    start.inputs.forEach((input, i) => {
      nn.forwardProp(net, input);
      nn.backProp(net, start.targets[i], nn.Errors.SQUARE);
      if ((i + 1) % start.batch === 0) nn.updateWeights(net, start.rate, 0);
    });
  }
}

lines.on("line", line => {
  const start = JSON.parse(line), net = load(start);
  const before = process.cpuUsage();
  train(net, start);
  const used = process.cpuUsage(before), weights = [];
  nn.forEachNode(net, true, node => node.inputLinks.forEach(link => weights.push(link.weight)));
  console.log(JSON.stringify({ cpu_s: (used.user + used.system) / 1e6, weights }));
});
