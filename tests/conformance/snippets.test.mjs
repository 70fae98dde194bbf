// What `sluice tune` prints to paste compiles: TypeScript, strictly, against the official SDK, and
// Python by its own compiler. The TypeScript compiler is the one of web/.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const compiler = join(here, '..', '..', 'web', 'node_modules', 'typescript', 'bin', 'tsc');
const printer = process.env.SLUICE_SNIPPETS;

const options = {
  strict: true,
  noEmit: true,
  target: 'es2022',
  module: 'nodenext',
  moduleResolution: 'nodenext',
  lib: ['es2022', 'dom', 'dom.iterable'],
  types: [],
  skipLibCheck: true,
};

describe('code to paste', () => {
  let folder;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'sluice-snippets-'));
    symlinkSync(join(here, 'node_modules'), join(folder, 'node_modules'));
    writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: options, include: ['*.ts'] }),
    );
    const printed = spawnSync(printer, [folder], { encoding: 'utf8' });
    assert.equal(printed.status, 0, printed.stderr);
    assert.ok(Number(printed.stdout) > 100, 'the policies are more than a hundred');
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('TypeScript type-checks', { skip: !existsSync(compiler) && 'web/ is not set up' }, () => {
    const checked = spawnSync(process.execPath, [compiler, '-p', folder], { encoding: 'utf8' });
    assert.equal(checked.status, 0, checked.stdout.slice(0, 4000));
  });

  test('Python compiles', () => {
    const files = readdirSync(folder).filter((name) => name.endsWith('.py'));
    const checked = spawnSync('python3', ['-m', 'py_compile', ...files], {
      cwd: folder,
      encoding: 'utf8',
    });
    assert.equal(checked.status, 0, checked.stderr.slice(0, 4000));
  });
});
