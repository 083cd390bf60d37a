using System.Buffers.Text;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using LiveComments.Accounts;
using LiveComments.Server.Auth.Issuers;
using LiveComments.Server.Auth.Tokens;
using LiveComments.Server.Files;
using LiveComments.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.IdentityModel.Tokens;

namespace LiveComments.Tests.Server.Auth;

public sealed class TokenVerifierTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTime _time = new();
    private readonly UserId _user = new(Guid.NewGuid());
    private SqliteDatabase _database = null!;
    private SigningKeys _keys = null!;
    private TokenIssuer _issuer = null!;
    private SessionChecks _sessions = null!;
    private TokenVerifier _verifier = null!;

    public async Task InitializeAsync()
    {
        _database = SqliteDatabase.Open(new SqliteOptions { Path = _folder.At("livecomments.db") }, NullLogger.Instance);
        _keys = await NewKeysAsync();
        _issuer = new TokenIssuer(_keys, _time);
        _verifier = new TokenVerifier([new TrustedIssuer(TokenIssuer.Name, TokenIssuer.Name, ["HS256"], _keys, TokenIssuer.RoleClaim)],
            _sessions = new SessionChecks(new SqliteAccountStore(_database), _time), _time);
    }

    public async Task DisposeAsync()
    {
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_token_says_what_was_put_in()
    {
        var (liveEvent, session) = (new EventId(Guid.NewGuid()), Guid.NewGuid());
        var signedWith = new SigningKey(TokenIssuer.Name, _keys.Newest.KeyId);
        var (login, loginExpiresAt) = _issuer.Issue(_user, Role.Viewer, null, session, TimeSpan.FromMinutes(15));
        Assert.Equal((new Caller(_user, null, Role.Viewer, null, session, loginExpiresAt) { SignedWith = signedWith, SignedInAt = _time.GetUtcNow() }, null), await _verifier.VerifyAsync(login, default));
        var (token, expiresAt) = _issuer.Issue(_user, Role.Moderator, liveEvent, null, TimeSpan.FromMinutes(15));
        Assert.Equal((new Caller(_user, null, Role.Moderator, liveEvent, null, expiresAt) { SignedWith = signedWith, SignedInAt = _time.GetUtcNow() }, null), await _verifier.VerifyAsync(token, default));
        Assert.True(_verifier.VerifyAsync(token, default).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_log_in_has_the_role_that_its_account_has_now_and_a_printed_token_keeps_its_own()
    {
        var login = _issuer.Issue(_user, Role.Administrator, null, Guid.NewGuid(), TimeSpan.FromMinutes(15)).Token;
        var printed = _issuer.Issue(_user, Role.Administrator, null, null, TimeSpan.FromMinutes(15)).Token;
        foreach (var (standing, role) in new[]
        {
            (new AccountStanding(_user, Role.Moderator, AccountStatus.Active, 3), Role.Moderator),
            // Read before the other, told of after it.
            (new AccountStanding(_user, Role.Administrator, AccountStatus.Active, 2), Role.Moderator),
            (new AccountStanding(_user, Role.Viewer, AccountStatus.Active, 4), Role.Viewer),
        })
        {
            _sessions.Learn(standing);
            Assert.Equal(role, (await _verifier.VerifyAsync(login, default)).Caller!.Role);
            Assert.Equal(Role.Administrator, (await _verifier.VerifyAsync(printed, default)).Caller!.Role);
        }
        _sessions.Learn(new AccountStanding(_user, Role.Viewer, AccountStatus.Suspended, 5));
        await RefusedAsync(login, Error.AccountSuspended);
        await RefusedAsync(printed, Error.AccountSuspended);
    }

    [Fact]
    public async Task A_token_expires_also_when_it_was_just_verified()
    {
        var (token, _) = _issuer.Issue(_user, Role.Viewer, null, null, TimeSpan.FromSeconds(30));
        await AcceptedAsync(token);
        _time.Advance(TimeSpan.FromSeconds(30));
        await RefusedAsync(token, Error.TokenExpired);
    }

    [Fact]
    public async Task An_expired_token_that_is_forged_is_not_said_to_be_expired()
    {
        var (token, _) = _issuer.Issue(_user, Role.Viewer, null, null, TimeSpan.FromSeconds(30));
        _time.Advance(TimeSpan.FromMinutes(1));
        await RefusedAsync(Tampered(token), Error.InvalidToken);
    }

    [Fact]
    public async Task Any_changed_character_is_noticed()
    {
        var (token, _) = _issuer.Issue(_user, Role.Viewer, null, null, TimeSpan.FromMinutes(15));
        for (var i = 0; i < token.Length; i += 7)
        {
            var changed = token.ToCharArray();
            changed[i] = changed[i] == 'A' ? 'B' : 'A';
            await RefusedAsync(new string(changed), Error.InvalidToken);
        }
    }

    public static TheoryData<string> Forgeries => ["alg none", "no signature", "another key", "another audience", "another issuer", "no issuer", "no expiry", "no subject",
        "subject that is no user", "unknown key id", "no key id", "key id with a path", "five parts", "two parts", "nested", "huge", "a megabyte", "a megabyte of parts", "empty", "not base64", "role as number", "not yet valid", "HS512",
        "critical extension", "critical unencoded payload", "unencoded payload", "no critical extension", "critical is no list", "the key in the header"];

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task Whatever_is_not_a_token_of_ours_is_refused(string kind)
    {
        // The same way of making a token gives a good one when nothing is wrong with it.
        await AcceptedAsync(Make());
        string Payload(string part) => Make(payload: part);
        var token = kind switch
        {
            "alg none" => Make(header: """{"alg":"none","kid":"KID"}"""),
            "no signature" => Make()[..(Make().LastIndexOf('.') + 1)],
            "another key" => Make(key: new byte[32]),
            "another audience" => Payload("""{"iss":"livecomments","aud":"other","sub":"USER","exp":EXP}"""),
            "another issuer" => Payload("""{"iss":"other","aud":"livecomments","sub":"USER","exp":EXP}"""),
            "no issuer" => Payload("""{"aud":"livecomments","sub":"USER","exp":EXP}"""),
            "no expiry" => Payload("""{"iss":"livecomments","aud":"livecomments","sub":"USER"}"""),
            "no subject" => Payload("""{"iss":"livecomments","aud":"livecomments","exp":EXP}"""),
            "subject that is no user" => Payload("""{"iss":"livecomments","aud":"livecomments","sub":"root","exp":EXP}"""),
            "unknown key id" => Make(header: """{"alg":"HS256","kid":"000009-00000000"}"""),
            "no key id" => Make(header: """{"alg":"HS256"}"""),
            "key id with a path" => Make(header: """{"alg":"HS256","kid":"../signing/KID"}"""),
            "five parts" => Make() + ".AAAA.AAAA",
            "two parts" => Make()[..Make().LastIndexOf('.')],
            "nested" => Payload($$"""{"iss":"livecomments","aud":"livecomments","sub":"USER","exp":EXP,"a":{{new string('[', 2_000)}}{{new string(']', 2_000)}}}"""),
            "huge" => Payload($$"""{"iss":"livecomments","aud":"livecomments","sub":"USER","exp":EXP,"a":"{{new string('a', 10_000)}}"}"""),
            "a megabyte" => Payload($$"""{"iss":"livecomments","aud":"livecomments","sub":"USER","exp":EXP,"a":"{{new string('a', 1_000_000)}}"}"""),
            "a megabyte of parts" => string.Concat(Enumerable.Repeat("e30.", 250_000)),
            "empty" => "",
            "not base64" => "ä.ö.ü",
            "role as number" => Payload("""{"iss":"livecomments","aud":"livecomments","sub":7,"exp":EXP}"""),
            "not yet valid" => Payload("""{"iss":"livecomments","aud":"livecomments","sub":"USER","exp":EXP,"nbf":NBF}"""),
            // RFC 7515, 4.1.11: who does not understand what is critical refuses the token.
            "critical extension" => Make(header: """{"alg":"HS256","kid":"KID","crit":["http://example.org/bound"],"http://example.org/bound":true}"""),
            "critical unencoded payload" => Make(header: """{"alg":"HS256","kid":"KID","crit":["b64"],"b64":true}"""),
            "unencoded payload" => Make(header: """{"alg":"HS256","kid":"KID","b64":false}"""),
            "no critical extension" => Make(header: """{"alg":"HS256","kid":"KID","crit":[]}"""),
            "critical is no list" => Make(header: """{"alg":"HS256","kid":"KID","crit":null}"""),
            "the key in the header" => Make(header: $$"""{"alg":"HS256","jwk":{"kty":"oct","k":"{{Base64Url.EncodeToString(new byte[32])}}"},"kid":"KID"}""", key: new byte[32]),
            "HS512" => Make(header: """{"alg":"HS512","kid":"KID"}""", sign: HMACSHA512.HashData),
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
        await RefusedAsync(token, Error.InvalidToken);
    }

    [Theory]
    [InlineData("""{"alg":"HS256","kid":"KID","zip":"DEF"}""")]
    [InlineData("""{"alg":"HS256","kid":"KID","cty":"JWT"}""")]
    [InlineData("""{"alg":"HS256","kid":"KID","jku":"http://127.0.0.1:1/keys","x5u":"http://127.0.0.1:1/chain","x5t":"AAAA"}""")]
    [InlineData("""{"alg":"HS256","kid":"KID","jwk":{"kty":"oct","k":"AAAA"},"x5c":["AAAA"]}""")]
    public async Task What_a_header_says_besides_changes_nothing(string header) => await AcceptedAsync(Make(header: header));

    [Fact]
    public async Task After_a_rotation_old_tokens_stay_valid_and_new_ones_are_of_the_new_key()
    {
        var old = Issue();
        var kid = await (await NewKeysAsync()).RotateAsync(default);
        await _keys.ReadAsync(default);
        var fresh = Issue();
        Assert.Contains(kid, Encoding.UTF8.GetString(Base64Url.DecodeFromChars(fresh.AsSpan(0, fresh.IndexOf('.')))));
        await AcceptedAsync(old);
        await AcceptedAsync(fresh);
    }

    [Fact]
    public async Task A_token_of_a_key_that_another_process_just_added_is_accepted()
    {
        var other = await NewKeysAsync();
        await other.RotateAsync(default);
        await AcceptedAsync(new TokenIssuer(other, _time).Issue(_user, Role.Viewer, null, null, TimeSpan.FromHours(1)).Token);
    }

    [Fact]
    public async Task Tokens_of_a_removed_key_are_refused_within_a_minute()
    {
        var old = Issue();
        await AcceptedAsync(old);
        var other = await NewKeysAsync();
        await other.RotateAsync(default);
        await other.RemoveOldAsync(default);
        await _keys.ReadAsync(default);
        _time.Advance(TimeSpan.FromMinutes(1));
        await RefusedAsync(old, Error.InvalidToken);
        await AcceptedAsync(Issue());
    }

    [Fact]
    public async Task Processes_that_start_at_once_have_the_same_key()
    {
        var rings = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => NewKeysAsync("ring"))));
        Assert.Equal("000001", Assert.Single(rings.Select(ring => ring.Newest.KeyId).Distinct()));
        Assert.Single(rings.Select(ring => Convert.ToBase64String(((SymmetricSecurityKey)ring.Newest).Key)).Distinct());
    }

    [Fact]
    public async Task Keys_of_former_versions_have_something_behind_their_number_and_newer_ones_come_after_them()
    {
        Directory.CreateDirectory(_folder.At("old/signing"));
        File.WriteAllText(_folder.At("old/signing/000003-0123abcd.key"), Convert.ToBase64String(new byte[32]));
        var keys = await NewKeysAsync("old");
        Assert.Equal("000003-0123abcd", keys.Newest.KeyId);
        Assert.Equal("000004", await keys.RotateAsync(default));
        Assert.Equal("000004", keys.Newest.KeyId);
    }

    [Fact]
    public async Task A_file_that_is_no_key_is_left_out()
    {
        File.WriteAllText(Path.Combine(_folder.At("keys"), "signing", "000007-half.key"), "c2hvcnQ=");
        var token = new TokenIssuer(await NewKeysAsync(), _time).Issue(_user, Role.Viewer, null, null, TimeSpan.FromHours(1)).Token;
        await AcceptedAsync(token);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void Keys_are_readable_by_their_owner_only()
    {
        var file = Assert.Single(Directory.GetFiles(_folder.At("keys/signing")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder.At("keys/signing")));
    }

    private async Task<SigningKeys> NewKeysAsync(string folder = "keys")
    {
        var keys = new SigningKeys(new KeyFolder(_folder.At(folder)), _time, NullLogger<SigningKeys>.Instance);
        await keys.ReadAsync(default);
        return keys;
    }

    private string Issue() => _issuer.Issue(_user, Role.Viewer, null, null, TimeSpan.FromHours(1)).Token;

    private async Task AcceptedAsync(string token)
    {
        var (caller, error) = await _verifier.VerifyAsync(token, default);
        Assert.Null(error);
        Assert.Equal(_user, caller!.UserId);
    }

    private async Task RefusedAsync(string token, Error error) => Assert.Equal((null, error), await _verifier.VerifyAsync(token, default));

    private static string Tampered(string token) => token[..^4] + (token.EndsWith("AAAA", StringComparison.Ordinal) ? "BBBB" : "AAAA");

    private string Make(string? header = null, string? payload = null, byte[]? key = null, Func<byte[], byte[], byte[]>? sign = null)
    {
        var file = Directory.GetFiles(_folder.At("keys/signing")).Single();
        var now = _time.GetUtcNow().ToUnixTimeSeconds();
        string Part(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json
            .Replace("KID", Path.GetFileNameWithoutExtension(file)).Replace("USER", _user.ToString()).Replace("EXP", (now + 900).ToString()).Replace("NBF", (now + 60).ToString())));
        var signed = Part(header ?? """{"alg":"HS256","kid":"KID"}""") + "." + Part(payload ?? """{"iss":"livecomments","aud":"livecomments","sub":"USER","exp":EXP}""");
        return signed + "." + Base64Url.EncodeToString((sign ?? HMACSHA256.HashData)(key ?? Convert.FromBase64String(File.ReadAllText(file)), Encoding.ASCII.GetBytes(signed)));
    }
}
