// The templates of `tests/peers/run`, by the AWS CDK. Resources are of the lowest level, so that nothing is computed
// for them, and have the logical ids of ours.
//
//   node cdk.mjs pairs COUNT CHECKS DIRECTORY    stacks of 500 resources, by their types
//   node cdk.mjs given FOLDER CHECKS DIRECTORY   the templates of a folder, whose resources have their properties
//
// CHECKS is `checked`, for the validation that the AWS CDK does if not told otherwise, or `unchecked`.

import { readFileSync, readdirSync } from 'node:fs';
import { App, CfnResource, LegacyStackSynthesizer, Stack } from 'aws-cdk-lib';
import { CfnSecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { CfnParameter } from 'aws-cdk-lib/aws-ssm';

const PAIRS_PER_STACK = 250;

const [, , how, what, checks, outdir] = process.argv;
const builtinCloudFormationValidation = checks === 'checked';
const app = new App({ outdir, builtinCloudFormationValidation, analyticsReporting: false, treeMetadata: false });
// Without the parameter and the rule that deployments by the AWS CDK's own tool have.
const stackOf = (name) => new Stack(app, name, { synthesizer: new LegacyStackSynthesizer() });

if (how === 'pairs') {
  const pairs = Math.floor(Number(what) / 2);
  for (let number = 0; number * PAIRS_PER_STACK < pairs; number++) {
    const stack = stackOf(`stack-${number}`);
    let before;
    for (let pair = 0; pair < Math.min(PAIRS_PER_STACK, pairs - number * PAIRS_PER_STACK); pair++) {
      const group = new CfnSecurityGroup(stack, `Group${pair}`, {
        groupDescription: `group ${pair}`,
        securityGroupIngress: [{ ipProtocol: 'tcp', fromPort: 443, toPort: 443, cidrIp: '10.0.0.0/16' }],
        groupName: before?.ref,
      });
      before = new CfnParameter(stack, `Parameter${pair}`, {
        type: 'String',
        value: group.attrGroupId,
        name: `/groups/${number}/${pair}`,
      });
    }
  }
} else {
  for (const file of readdirSync(what).filter((name) => name.endsWith('.template.json'))) {
    const stack = stackOf(file.replace('.template.json', ''));
    const { Resources } = JSON.parse(readFileSync(`${what}/${file}`, 'utf8'));
    for (const [name, { Type, Properties, ...others }] of Object.entries(Resources)) {
      const resource = new CfnResource(stack, name, { type: Type, properties: Properties });
      resource.overrideLogicalId(name);
      for (const [key, value] of Object.entries(others)) resource.addOverride(key, value);
    }
  }
}
app.synth();
