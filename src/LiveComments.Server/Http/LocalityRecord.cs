using MaxMind.Db;

namespace LiveComments.Server.Http;

/// <summary>What is read of a record of a <see cref="LocalityFile"/>: nested as MaxMind and DB-IP have it, or flat as others do.</summary>
internal sealed class LocalityRecord
{
    [MapKey("country")]
    public LocalityCode? Country { get; init; }

    [MapKey("subdivisions")]
    public List<LocalityCode>? Subdivisions { get; init; }

    [MapKey("country_code")]
    public string? CountryCode { get; init; }
}
