const project = {
  testEnvironment: 'node',
  // Jest's own way of taking globals away again recurses for ever when a later file sets one anew.
  testEnvironmentOptions: { globalsCleanup: 'off' },
  extensionsToTreatAsEsm: ['.ts'],
  // TypeScript sources import each other by the .js name that the compiled file has.
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '\\.ts$': ['@swc/jest', { jsc: { target: 'es2023' }, module: { type: 'es6' } }] },
};

export default {
  testSequencer: '<rootDir>/test/sequencer.cjs',
  projects: [
    { ...project, displayName: 'unit', testMatch: ['<rootDir>/test/{charts,plugin,unit}/**/*.test.ts'] },
    {
      ...project,
      displayName: 'e2e',
      testMatch: ['<rootDir>/test/e2e/**/*.test.ts'],
      globalSetup: '<rootDir>/test/e2e/setup.js',
      setupFilesAfterEnv: ['<rootDir>/test/matchers.ts'],
    },
    {
      ...project,
      displayName: 'reliability',
      testMatch: ['<rootDir>/test/reliability/**/*.test.ts'],
      globalSetup: '<rootDir>/test/e2e/setup.js',
      setupFilesAfterEnv: ['<rootDir>/test/matchers.ts'],
    },
  ],
};
