using System.Net;
using Microsoft.Extensions.Options;

namespace LiveComments.Server.Http;

/// <summary>
/// Refuses requests for unknown host names. A hostile page whose own name resolves to this server could otherwise read every answer (DNS rebinding), and addresses that the server builds
/// from its name, as for a sign-in, would lead elsewhere. IP addresses are always accepted, because no name server controls them.
/// </summary>
internal sealed partial class HostCheck(RequestDelegate next, IOptions<HostNameOptions> options, IConfiguration configuration, TimeProvider time, ILogger<HostCheck> log)
{
    private const int MaxLogged = 100;

    private readonly bool _every = options.Value.Allowed.Contains("*");
    // What is localhost, and below it, leads to the visitor's own machine by RFC 6761.
    private readonly HashSet<string> _names = new([.. options.Value.Allowed.Select(Ascii), .. NamesListenedOn(configuration), "localhost"], StringComparer.OrdinalIgnoreCase);
    private readonly string[] _endings = [".localhost", .. options.Value.Allowed.Where(name => name.StartsWith("*.", StringComparison.Ordinal)).Select(name => Ascii(name[1..]))];
    private readonly OccasionalWarning _warning = new(time);

    // Nearly every request names the host of the one before.
    private string _latest = "";

    public Task InvokeAsync(HttpContext context)
    {
        var host = context.Request.Host;
        // Without a host it is an old program's: every browser sends one.
        if (_every || host.Value is not { Length: > 0 } value || value == _latest || context.GetEndpoint()?.Metadata.GetMetadata<Any>() is not null)
            return next(context);
        if (IsOurs(host.Host))
        {
            _latest = value;
            return next(context);
        }
        if (_warning.IsDue())
            LogRefused(log, value.Length > MaxLogged ? value[..MaxLogged] : value);
        return Problem.Of(Error.HostRefused, "If this is a name of the server, its operator sets it: --LiveComments:Hosts:Allowed:0=live.example.org.").ExecuteAsync(context);
    }

    /// <summary>The names among the addresses to listen on.</summary>
    public static IEnumerable<string> NamesListenedOn(IConfiguration configuration) =>
        (configuration["urls"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Concat(configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint["Url"]).OfType<string>())
            .Select(url => BindingAddress.Parse(url)).Where(address => !address.IsUnixPipe && !address.IsNamedPipe && address.Host is not ("*" or "+")).Select(address => Ascii(address.Host));

    private bool IsOurs(string host)
    {
        var name = host.EndsWith('.') ? host[..^1] : host;
        return _names.Contains(name) || IPAddress.TryParse(name, out _)
            || _endings.Any(ending => name.Length > ending.Length && name.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>As browsers write it.</summary>
    private static string Ascii(string name) => name.All(char.IsAscii) ? name : new System.Globalization.IdnMapping().GetAscii(name);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A request for the host {Host} was refused. If that is a name of this server, set LiveComments:Hosts:Allowed:0 to it")]
    private static partial void LogRefused(ILogger log, string host);

    public sealed class Any
    {
        public static readonly Any Mark = new();
    }
}
