// An OpenID Connect provider for tests: node provider.mjs REDIRECT_URI
// It prints its address, and ends when its standard input closes. Typing a name is enough to sign in as that person;
// names that begin with unverified@ get an unverified address.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const packages = createRequire(process.env.PROVIDER_PACKAGES + '/package.json');
const { Provider } = await import(pathToFileURL(packages.resolve('oidc-provider')));

const server = createServer();
server.listen(0, '127.0.0.1', () => {
    const issuer = `http://127.0.0.1:${server.address().port}`;
    const provider = new Provider(issuer, {
        clients: [{ client_id: 'register', client_secret: 'a secret of the test', redirect_uris: [process.argv[2]] }],
        claims: { openid: ['sub'], email: ['email', 'email_verified'] },
        pkce: { required: () => true },
        cookies: { keys: ['of the test'] },
        findAccount: (_, id) => ({
            accountId: id,
            claims: () => ({ sub: `subject-of-${id.split('+')[0]}`, email: id.replace(/^.*\+/, ''), email_verified: !id.includes('unverified') }),
        }),
    });
    server.on('request', provider.callback());
    console.log(issuer);
});
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
