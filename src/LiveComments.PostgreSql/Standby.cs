namespace LiveComments.PostgreSql;

/// <summary>How far a standby of the database is behind.</summary>
/// <param name="Name">The <c>application_name</c> of its connection.</param>
/// <param name="Mode"><c>sync</c> or <c>quorum</c>: commits wait for it. <c>async</c> or <c>potential</c>: they do not.</param>
/// <param name="Bytes">Of the WAL that it has not applied yet.</param>
/// <param name="Delay">How long ago what it applied last was written; zero when it has applied everything.</param>
internal sealed record Standby(string Name, string Mode, double Bytes, double Delay);
