// Random VPC configurations, the same for the same seed.

export function randomConfigurations(count, seed) {
  let state = seed >>> 0;
  // Mulberry32, a small generator with a 32-bit state.
  const random = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit) => Math.floor(random() * limit);
  const chance = (probability, value) => (random() < probability ? value() : undefined);
  const pick = (list) => list[below(list.length)];

  const configuration = (index) => {
    const prefix = 16 + below(7);
    const zones = 1 + below(4);
    const subnets = chance(0.9, () => {
      const names = ['edge', 'web', 'app', 'batch', 'db', 'spare'].slice(0, 1 + below(6));
      return names.map((name) => {
        const type = pick(['public', 'public', 'private', 'isolated']);
        return {
          name,
          type,
          mask: chance(0.75, () => Math.min(28, prefix + 3 + below(6))),
          reserved: chance(0.15, () => true),
          mapPublicIpOnLaunch: type === 'public' ? chance(0.2, () => random() < 0.5) : undefined,
        };
      });
    });
    const publicGroups = (subnets ?? []).filter((group) => group.type === 'public' && !group.reserved);
    return {
      name: `random ${index} of ${seed}`,
      cidr: `10.${below(256)}.0.0/${prefix}`,
      ...(random() < 0.5 ? { maxAzs: zones } : { availabilityZones: ['a', 'b', 'c', 'd'].slice(0, zones).map((letter) => `us-east-1${letter}`) }),
      reservedAzs: chance(0.2, () => 1 + below(2)),
      natGateways: chance(0.5, () => below(5)),
      natGatewaySubnets: publicGroups.length > 0 ? chance(0.3, () => pick(publicGroups).name) : undefined,
      ipv6: chance(0.2, () => true),
      subnets,
    };
  };
  // Through JSON, so that what is left out is left out.
  return JSON.parse(JSON.stringify(Array.from({ length: count }, (_, index) => configuration(index))));
}
