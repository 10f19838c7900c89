// Prints what aws-cdk-lib makes of every VPC configuration: one line of facts for the VPC, each subnet and each
// endpoint, without logical ids, in alphabetical order. `parity.rs` writes the same lines for the templates this project makes.
//
//   node facts.mjs                       the facts of configurations.json, as golden.json holds them
//   node facts.mjs --check               fails if golden.json is not what this version of the AWS CDK makes
//   node facts.mjs --random COUNT SEED   as many random configurations with their facts, for a live comparison

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { App, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { randomConfigurations } from './random.mjs';

const here = (name) => new URL(name, import.meta.url);
const version = createRequire(import.meta.url)('aws-cdk-lib/package.json').version;

const TYPES = {
  public: ec2.SubnetType.PUBLIC,
  private: ec2.SubnetType.PRIVATE_WITH_EGRESS,
  isolated: ec2.SubnetType.PRIVATE_ISOLATED,
};

function template(configuration) {
  const app = new App({
    context: { '@aws-cdk/aws-ec2:requirePrivateSubnetsForEgressOnlyInternetGateway': true },
    analyticsReporting: false,
  });
  const stack = new Stack(app, 'net');
  // A copy, for the AWS CDK adds reserved zones to the list of zones it is given.
  const c = structuredClone(configuration);
  const vpc = new ec2.Vpc(stack, 'vpc', {
    ipAddresses: ec2.IpAddresses.cidr(c.cidr),
    ipProtocol: c.ipv6 ? ec2.IpProtocol.DUAL_STACK : ec2.IpProtocol.IPV4_ONLY,
    maxAzs: c.maxAzs,
    availabilityZones: c.availabilityZones,
    reservedAzs: c.reservedAzs,
    natGateways: c.natGateways,
    natGatewaySubnets: c.natGatewaySubnets && { subnetGroupName: c.natGatewaySubnets },
    enableDnsHostnames: c.dnsHostnames,
    enableDnsSupport: c.dnsSupport,
    defaultInstanceTenancy: c.tenancy,
    createInternetGateway: c.internetGateway,
    restrictDefaultSecurityGroup: false,
    subnetConfiguration: c.subnets?.map(({ name, type, mask, ...rest }) => ({
      name, subnetType: TYPES[type], cidrMask: mask, ...rest,
    })),
  });
  for (const service of c.gatewayEndpoints ?? []) {
    vpc.addGatewayEndpoint(service, { service: new ec2.GatewayVpcEndpointAwsService(service) });
  }
  for (const service of c.interfaceEndpoints ?? []) {
    vpc.addInterfaceEndpoint(service, { service: new ec2.InterfaceVpcEndpointAwsService(service) });
  }
  return app.synth().getStackByName(stack.stackName).template;
}

function facts(template) {
  const all = Object.entries(template.Resources).map(([id, { Type, Properties, DependsOn }]) => ({
    id, type: Type.replace('AWS::EC2::', ''), p: Properties ?? {}, dependsOn: [DependsOn ?? []].flat(),
  }));
  const of = (type) => all.filter((resource) => resource.type === type);
  const has = (type) => of(type).length > 0;
  const name = (resource) => resource.p.Tags.find((tag) => tag.Key === 'Name').Value;
  const subnets = new Map(of('Subnet').map((subnet) => [subnet.id, name(subnet).split('/').at(-1)]));
  const nats = new Map(of('NatGateway').map((nat) => [nat.id, subnets.get(nat.p.SubnetId.Ref)]));
  const tableOf = new Map(of('SubnetRouteTableAssociation').map(({ p }) => [p.SubnetId.Ref, p.RouteTableId.Ref]));
  const subnetOf = new Map([...tableOf].map(([subnet, table]) => [table, subnets.get(subnet)]));
  // `s3` of {"Fn::Join": ["", ["com.amazonaws.", {"Ref": "AWS::Region"}, ".s3"]]}
  const serviceName = (value) => value['Fn::Join'][1].at(-1).slice(1);
  const zone = (value) => typeof value === 'string' ? value : `zone ${value['Fn::Select'][0]}`;

  const lines = [];
  const [vpc] = of('VPC');
  lines.push(['vpc', vpc.p.CidrBlock, vpc.p.InstanceTenancy,
    `dns-hostnames=${vpc.p.EnableDnsHostnames}`, `dns-support=${vpc.p.EnableDnsSupport}`,
    has('VPCCidrBlock') && 'ipv6', has('InternetGateway') && 'internet-gateway',
    has('VPCGatewayAttachment') && 'attached', has('EgressOnlyInternetGateway') && 'egress-only-gateway',
    `name=${name(vpc)}`]);
  for (const { id, p } of of('Subnet')) {
    const routes = of('Route').filter((route) => route.p.RouteTableId.Ref === tableOf.get(id)).map(({ p, dependsOn }) => {
      const target = p.NatGatewayId ? `nat in ${nats.get(p.NatGatewayId.Ref)}`
        : p.EgressOnlyInternetGatewayId ? 'egress-only-gateway'
          : p.GatewayId ? 'internet-gateway' : '?';
      const waits = dependsOn.some((other) => of('VPCGatewayAttachment').some((attachment) => attachment.id === other));
      return `${p.DestinationCidrBlock ?? p.DestinationIpv6CidrBlock} to ${target}${waits ? ' once attached' : ''}`;
    });
    const nat = of('NatGateway').find((nat) => nat.p.SubnetId.Ref === id);
    const ipv6 = p.Ipv6CidrBlock?.['Fn::Select'];
    lines.push([subnets.get(id), p.CidrBlock, zone(p.AvailabilityZone), p.MapPublicIpOnLaunch && 'public-ip',
      ipv6 && `ipv6 block ${ipv6[0]} of ${ipv6[1]['Fn::Cidr'][1]}`,
      p.AssignIpv6AddressOnCreation && 'ipv6-address',
      nat && (nat.p.AllocationId ? 'nat-gateway with its own address' : 'nat-gateway'),
      ...routes.sort(), `name=${name({ p })}`]);
  }
  for (const { p } of of('VPCEndpoint')) {
    const service = serviceName(p.ServiceName);
    const places = (p.RouteTableIds ?? []).map((table) => subnetOf.get(table.Ref))
      .concat((p.SubnetIds ?? []).map((subnet) => subnets.get(subnet.Ref)));
    lines.push([`endpoint ${service}`, p.VpcEndpointType, p.PrivateDnsEnabled && 'private-dns', places.sort().join(' ')]);
  }
  return lines.map((line) => line.filter(Boolean).join(', ')).sort();
}

function factsOf(configuration) {
  try {
    return facts(template(configuration));
  } catch (error) {
    if (error.type !== 'validation') throw error;
    return ['refused'];
  }
}

const json = (configurations) => {
  const lines = configurations.map((configuration) =>
    `    ${JSON.stringify(configuration.name)}: ${JSON.stringify(factsOf(configuration), null, 2).replaceAll('\n', '\n    ')}`);
  return `{\n  "aws-cdk-lib": ${JSON.stringify(version)},\n  "facts": {\n${lines.join(',\n')}\n  }\n}\n`;
};

const [mode, count, seed] = process.argv.slice(2);
if (mode === '--random') {
  const configurations = randomConfigurations(Number(count), Number(seed));
  const random = configurations.map((configuration) => ({ configuration, facts: factsOf(configuration) }));
  process.stdout.write(JSON.stringify(random, null, 1) + '\n');
} else {
  const found = json(JSON.parse(readFileSync(here('configurations.json'), 'utf8')));
  if (mode === '--check') {
    if (found !== readFileSync(here('golden.json'), 'utf8')) {
      process.stderr.write(`golden.json is not what aws-cdk-lib ${version} makes: node facts.mjs > golden.json\n`);
      process.exit(1);
    }
  } else {
    process.stdout.write(found);
  }
}
