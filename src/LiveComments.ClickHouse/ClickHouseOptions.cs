using System.ComponentModel.DataAnnotations;

namespace LiveComments.ClickHouse;

/// <summary>ClickHouse for the statistics of events, in place of roll-ups in the store: section <c>LiveComments:ClickHouse</c>. See docs/clickhouse.md.</summary>
public sealed class ClickHouseOptions
{
    /// <summary>Where its HTTP interface is: <c>https://clickhouse:8443</c>, or <c>http://clickhouse:8123</c> in a network that nobody else is in. Empty: ClickHouse is not used.</summary>
    public string Url { get; set; } = "";

    /// <summary>Who this program is there; see docs/clickhouse.md for the rights that it needs.</summary>
    [Required]
    public string User { get; set; } = "default";

    /// <summary>Keep it out of files that others read.</summary>
    public string Password { get; set; } = "";

    /// <summary>This program's own database there. It is made where it is missing, if <see cref="Migrate"/> and the user's rights allow it.</summary>
    [Required, RegularExpression("[A-Za-z_][A-Za-z0-9_]{0,63}")]
    public string Database { get; set; } = "livecomments";

    /// <summary>Whether missing tables are made and older ones brought up to date. Off where the user may not do that; then a node whose user may, or one that is started once with such a user, does it.</summary>
    public bool Migrate { get; set; } = true;

    /// <summary>How long whoever asks for statistics waits at most before being told that they are not to be had. Rows are written in nobody's way and have longer.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:00:30")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(1);
}
