using System.Text.Json.Nodes;

namespace LiveComments.Server.OpenApi;

/// <summary>The groups that <c>/docs</c> shows calls in, which are the tags of the document.</summary>
internal static class CallGroups
{
    /// <summary>In the order that a reader wants them. Paths of a group begin so.</summary>
    private static readonly IReadOnlyList<(string Name, string Description, string[] Paths)> Known =
    [
        ("Comments", "Read, write and delete comments, react to them, report them, and watch an event.", ["/live/{videoID}/comments"]),
        ("Questions", "Questions that viewers ask and vote up.", ["/live/{videoID}/questions"]),
        ("Polls", "Ask those who watch, vote, and read the numbers.", ["/live/{videoID}/polls"]),
        ("Replay", "Watch again what was written while an event was live.", ["/live/{videoID}/replay"]),
        ("Events", "Create events, begin and end them, and say who takes part.", ["/events"]),
        ("Moderation", "What waits for a decision, decisions, rules, modes, pinned comments, the stage and the audit.", ["/live/{videoID}/moderation", "/moderation/rules"]),
        ("Statistics", "What happened in an event.", ["/live/{videoID}/stats", "/stats"]),
        ("People", "Find people, and see who is here.", ["/users", "/live/{videoID}/presence"]),
        ("Account", "Register, log in and out, and what belongs to one's own account.", ["/auth", "/me", "/pictures"]),
        ("Operation", "What those who run the servers ask and do.", ["/healthz", "/metrics", "/cluster", "/admin/network-blocks", "/openapi", "/warnings"]),
    ];

    private const string Pages = "Pages";

    /// <param name="path">As in the document.</param>
    public static string Of(string path) =>
        Known.FirstOrDefault(group => Array.Exists(group.Paths, begin => path.StartsWith(begin, StringComparison.Ordinal) && (path.Length == begin.Length || path[begin.Length] == '/'))).Name ?? Pages;

    public static JsonArray ToJson() =>
        [.. Known.Select(group => Tag(group.Name, group.Description)), Tag(Pages, "The pages that people see, and their files.")];

    private static JsonObject Tag(string name, string description) => new() { ["name"] = name, ["description"] = description };
}
