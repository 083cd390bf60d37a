using System.Net;
using LiveComments.Analytics;
using MaxMind.Db;
using Microsoft.Extensions.Options;

namespace LiveComments.Server.Http;

/// <summary>
/// Countries by addresses, from a file in MaxMind's format (https://maxmind.github.io/MaxMind-DB/). Looking one up takes some microseconds. A new file under the same name is used within a minute.
/// While it cannot be read, the one before stays in use.
/// </summary>
internal sealed partial class LocalityFile : IDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMinutes(1);

    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly OccasionalWarning _warning;
    private volatile Reader? _reader;
    private DateTime _written;
    private long _looked;

    /// <exception cref="OptionsValidationException">The file is none of this format.</exception>
    public LocalityFile(IOptions<LocalityOptions> options, TimeProvider time, ILogger<LocalityFile> log)
    {
        (_path, _time, _log, _looked, _warning) = (options.Value.Database, time, log, time.GetTimestamp(), new OccasionalWarning(time));
        if (_path.Length == 0)
            return;
        try
        {
            _written = File.GetLastWriteTimeUtc(_path);
            _reader = Open(_path);
        }
        catch (Exception e) when (e is InvalidDatabaseException or IOException or UnauthorizedAccessException)
        {
            throw new OptionsValidationException("", typeof(LocalityOptions), [$"LiveComments:Localities:Database: '{_path}' cannot be read as a file in MaxMind's format: {e.Message}"]);
        }
    }

    /// <summary>Null for an address that the file does not know, such as a private one.</summary>
    public Locality? Find(IPAddress address)
    {
        if (_reader is null)
            return null;
        Renew();
        try
        {
            return _reader.Find<LocalityRecord>(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address) is { } found
                ? Locality.Of(found.Country?.Code ?? found.CountryCode, found.Subdivisions is [{ Code: var region }, ..] ? region : null)
                : null;
        }
        catch (Exception e) when (e is DeserializationException or InvalidDatabaseException or ArgumentException)
        {
            // An IPv6 address in a file of IPv4 only is an ArgumentException, and no reason to say anything.
            if (e is not ArgumentException && _warning.IsDue())
                LogUnreadable(_log, _path, e.Message);
            return null;
        }
    }

    public void Dispose() => _reader?.Dispose();

    // In memory, so that a file that is written over cannot change under a reader.
    private static Reader Open(string path) => new(path, FileAccessMode.Memory);

    private void Renew()
    {
        var looked = Volatile.Read(ref _looked);
        if (_time.GetElapsedTime(looked) < Look || Interlocked.CompareExchange(ref _looked, _time.GetTimestamp(), looked) != looked)
            return;
        try
        {
            var written = File.GetLastWriteTimeUtc(_path);
            if (written == _written || !File.Exists(_path))
                return;
            // The one before has only memory, and may still be in use.
            _reader = Open(_path);
            _written = written;
            LogRenewed(_log, _path);
        }
        catch (Exception e) when (e is InvalidDatabaseException or IOException or UnauthorizedAccessException)
        {
            if (_warning.IsDue())
                LogUnreadable(_log, _path, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Countries cannot be read from {Path}: {Reason}")]
    private static partial void LogUnreadable(ILogger log, string path, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Countries are read from the new {Path}")]
    private static partial void LogRenewed(ILogger log, string path);
}
