using MaxMind.Db;

namespace LiveComments.Server.Http;

/// <summary>The code of a country, or of its part, in a <see cref="LocalityRecord"/>.</summary>
internal sealed class LocalityCode
{
    [MapKey("iso_code")]
    public string? Code { get; init; }
}
