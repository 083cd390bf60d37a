using System.Globalization;
using System.Security.Cryptography;
using LiveComments.Server.Auth.Issuers;
using LiveComments.Server.Files;
using Microsoft.IdentityModel.Tokens;

namespace LiveComments.Server.Auth.Tokens;

/// <summary>
/// The keys our own tokens are signed with: one file each in the data folder, readable by its owner only. The newest signs, all
/// verify, so after a rotation old tokens stay valid until they expire. Another process may add or remove a file at any time:
/// it is noticed within two seconds.
/// </summary>
/// <remarks>
/// HS256, because the servers on one data folder are the only ones that issue and the only ones that verify: nobody needs a
/// public key, so a JWKS would have no reader. A forged token costs 2 us to refuse where ES256 costs 80 us, and ten thousand
/// tokens are printed in a moment. Whoever wants others to verify tokens brings an issuer of their own.
/// </remarks>
internal sealed partial class SigningKeys : IIssuerKeys
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);

    /// <summary>An unknown key may have been added just now, or the key id is made up. Made-up ids must not cost a read each.</summary>
    private static readonly TimeSpan FreshForUnknown = TimeSpan.FromMilliseconds(100);

    private readonly string _folder;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Lock _reading = new();
    private volatile SymmetricSecurityKey[] _keys = [];
    private long _readAt;

    /// <summary>Reads the ring; creates folder and first key where there is none.</summary>
    public SigningKeys(string folder, TimeProvider time, ILogger<SigningKeys> log)
    {
        (_folder, _time, _log) = (folder, time, log);
        Read();
    }

    /// <summary>The key to sign with.</summary>
    public SecurityKey Newest => Current(Fresh)[^1];

    public ValueTask<IReadOnlyList<SecurityKey>?> FindAsync(string? kid, CancellationToken ct)
    {
        var key = Array.Find(Current(Fresh), key => key.KeyId == kid) ?? Array.Find(Current(FreshForUnknown), key => key.KeyId == kid);
        return new(key is null ? [] : [key]);
    }

    /// <summary>Adds a key, which signs from now on, and gives its id.</summary>
    /// <exception cref="IOException">The key could not be flushed to disk and was not added.</exception>
    public string Rotate()
    {
        lock (_reading)
        {
            Read();
            var kid = Create();
            Read();
            return kid;
        }
    }

    /// <summary>Removes every key but the newest. Tokens that the others signed are refused from now on.</summary>
    public void RemoveOld()
    {
        lock (_reading)
        {
            Read();
            foreach (var key in _keys[..^1])
                File.Delete(PathOf(key.KeyId));
            // A removed key must not come back after a power loss.
            Fsync.Folder(_folder);
            Read();
        }
    }

    private SymmetricSecurityKey[] Current(TimeSpan fresh)
    {
        if (_time.GetElapsedTime(Volatile.Read(ref _readAt)) < fresh || !_reading.TryEnter())
            return _keys;
        try
        {
            Read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The keys in memory stay valid.
            Volatile.Write(ref _readAt, _time.GetTimestamp());
            LogUnreadable(_log, e, _folder);
        }
        finally
        {
            _reading.Exit();
        }
        return _keys;
    }

    private void Read()
    {
        PrivateFiles.CreateFolder(_folder);
        var keys = ReadFiles();
        if (keys.Length == 0)
        {
            Create();
            keys = ReadFiles();
        }
        _keys = keys;
        Volatile.Write(ref _readAt, _time.GetTimestamp());
    }

    private SymmetricSecurityKey[] ReadFiles()
    {
        var keys = new List<SymmetricSecurityKey>();
        // Ids begin with a number that counts up, so the order of names is the order of age whatever the clocks say.
        foreach (var path in Directory.EnumerateFiles(_folder, "*.key").Order(StringComparer.Ordinal))
        {
            var kid = Path.GetFileNameWithoutExtension(path);
            if (Array.Find(_keys, key => key.KeyId == kid) is { } known)
                keys.Add(known);
            else if (ReadFile(path) is { } key)
                keys.Add(key);
        }
        return [.. keys];
    }

    private SymmetricSecurityKey? ReadFile(string path)
    {
        try
        {
            var key = Convert.FromBase64String(File.ReadAllText(path));
            if (key.Length >= 32)
                return new SymmetricSecurityKey(key) { KeyId = Path.GetFileNameWithoutExtension(path) };
        }
        catch (FormatException)
        {
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        LogNotAKey(_log, path);
        return null;
    }

    private string Create()
    {
        var newest = _keys.Length == 0 ? 0 : int.Parse(_keys[^1].KeyId.Split('-')[0], CultureInfo.InvariantCulture);
        // Two processes may do this at once: the random part keeps both keys.
        var kid = string.Create(CultureInfo.InvariantCulture, $"{newest + 1:D6}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}");
        var draft = PathOf(kid) + ".new";
        try
        {
            using (var file = PrivateFiles.Create(draft))
            {
                file.Write(System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))));
                Fsync.File(file);
            }
            // Readers never see half a key.
            File.Move(draft, PathOf(kid));
            Fsync.Folder(_folder);
        }
        catch
        {
            // A key that is not flushed must sign nothing.
            File.Delete(draft);
            File.Delete(PathOf(kid));
            throw;
        }
        LogCreated(_log, kid);
        return kid;
    }

    private string PathOf(string kid) => Path.Combine(_folder, kid + ".key");

    [LoggerMessage(Level = LogLevel.Information, Message = "Created signing key {Kid}")]
    private static partial void LogCreated(ILogger log, string kid);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Path} is not a signing key and is ignored")]
    private static partial void LogNotAKey(ILogger log, string path);

    [LoggerMessage(Level = LogLevel.Error, Message = "The signing keys in {Folder} cannot be read; those in memory stay in use")]
    private static partial void LogUnreadable(ILogger log, Exception exception, string folder);
}
