using System.Globalization;
using System.Text;
using LiveComments.Load.Measure;

namespace LiveComments.Load.Results;

/// <summary>RESULTS.md: the runs as tables that need no other page.</summary>
internal static class ResultsPage
{
    private const string OthersKey = "CPU used by others (cores)";

    /// <summary>Where deliveries are measured.</summary>
    public static readonly Section FanOut = new("fan-out", "Fan-out: what a delivered comment costs",
        "Viewers watch everything that is written, by schedule, each comment delivered to each of them. CPU is the server's user and system time from `/proc`, everything included, divided by deliveries; latency counts from when a comment was due to be posted to when a viewer had read it, so what a slow server delays is on the record.",
        new("transport", "transport", true), new("viewers", "viewers", true), new("events", "rooms", true), new("comments/s each", "comments per second and room", true),
        new("deliveries/s", "deliveries per second"), new("server µs/delivery", "server CPU per delivery (µs)"), new("client µs/delivery", "client CPU per delivery (µs)"), new("batches/s", "batches per viewer and second"),
        new("bytes/comment", "received per delivery (bytes)"), new("p50 ms", "delivery latency p50 (ms)"), new("p99 ms", "delivery latency p99 (ms)"), new("max ms", "delivery latency max (ms)"),
        new("lost", "lost"), new("doubled", "duplicated"), new("out of order", "order violations"), new("others' cores", OthersKey));

    /// <summary>Where the memory of a viewer is measured.</summary>
    public static readonly Section Idle = new("idle", "Memory of a viewer to whom nothing happens",
        "A first batch of viewers connects and goes before the baseline is taken, so that code and pools are not counted. Kernel figures are of the whole machine and hold both ends of each connection.",
        new("transport", "transport", true), new("viewers", "viewers", true), new("process KB each", "resident memory per connection (KB)"), new("kernel buffers KB each", "kernel socket memory per connection, both ends (KB)"),
        new("kernel objects KB each", "kernel objects per connection, both ends (KB)"), new("all connected after s", "all connected after (s)"), new("held s", "held for (s)"), new("server cores meanwhile", "server CPU (cores)"), new("ended", "viewer connections ended"));

    private static readonly IReadOnlyList<Section> Sections =
    [
        FanOut,
        new("max", "The most deliveries a second",
            "The rate of comments into one event is doubled until twice 1 of 100 deliveries takes 250 ms, or a comment is not taken or not delivered to everybody, then the gap is bisected. The row is the last rate that held, with what was delivered in it.",
            new("transport", "transport", true), new("viewers", "viewers", true), new("deliveries/s", "deliveries per second"), new("comments/s", "comments per second held"), new("failed at comments/s", "first rate that failed"),
            new("server µs/delivery", "server CPU per delivery (µs)"), new("server cores", "server CPU (cores)"), new("client cores", "client CPU (cores)"), new("p50 ms", "delivery latency p50 (ms)"), new("p99 ms", "delivery latency p99 (ms)"), new("others' cores", OthersKey)),
        Idle,
        new("cost", "Cost grows with viewers and batches, not with comments",
            "What a viewer costs a second at rising rates of comments into one event, with everything shown (`?sample=off`) and with the display budget. What taking the comments costs is measured without viewers, and subtracted: 100 viewers are so little beside thousands of comments a second that it may come out below nothing.",
            new("display budget", "display budget", true), new("viewers", "viewers", true), new("comments/s", "comments per second", true), new("server µs/viewer and s", "server CPU per viewer and second (µs)"), new("KB/viewer and s", "received per viewer and second (KB)"),
            new("batches/viewer and s", "batches per viewer and second"), new("comments shown/s", "delivered per viewer and second"), new("cores without viewers", "server CPU without viewers (cores)"), new("p99 ms", "delivery latency p99 (ms)")),
        new("slow", "Viewers who read little or nothing",
            "With the smallest receive buffer there is. Memory is the median while they are stuck, less the mean of the same stage without them before and after, in a room whose ring was full before; the server degrades them to the newest page, and closes with 4008 who takes nothing for 10 s.",
            new("viewers who read", "viewers", true), new("slow", "slow viewers", true), new("bytes/s each reads", "bytes a second each reads", true), new("process KB each", "process memory per slow viewer (KB)"), new("kernel KB each", "kernel memory per slow viewer (KB)"),
            new("ended", "slow viewers ended by the server"), new("by 4008", "closed as slow, by the server's count"), new("degraded", "degraded, by the server's count"), new("lost, doubled or out of order for them", "entries lost, doubled or out of order for slow viewers"), new("first after s", "first ended after (s)"), new("last after s", "last ended after (s)"), new("others' p50 ms", "delivery latency p50 (ms)"), new("others' p99 ms", "delivery latency p99 (ms)")),
        new("slow ratio", "What the others notice of them", "The 99th percentile of the others' delivery latency, with slow viewers to without, in neighbouring stages.",
            new("viewers", "viewers", true), new("slow", "slow viewers", true), new("bytes/s each reads", "bytes a second each reads", true), new("pairs", "pairs"), new("median ratio", "p99 of the others, with to without, median"), new("highest", "highest")),
        new("storm", "Everybody comes back at once",
            "All viewers vanish, miss what is written meanwhile, come back at once and resume from their position. Who resumes from the ring costs the store nothing; the others share what is read.",
            new("transport", "transport", true), new("viewers", "viewers", true), new("away s", "away (s)", true), new("first connect of all s", "first connect of all (s)"), new("all back and complete s", "all back and complete (s)"), new("server µs/return", "server CPU per return (µs)"),
            new("from ring", "resumed from ring, by the server's count"), new("from store", "resumed from store, by the server's count"), new("pages read", "pages of the log read, by the server's count"), new("resets", "resumed from reset, by the server's count"), new("lost", "lost"), new("doubled", "duplicated")),
        new("peak", "Comments and reactions together",
            "Both by schedule into one event, durable before they are acknowledged, while viewers watch the sample and one watches everything (for whom this run has a longer ring: the checker sees through that viewer what was stored). What was asked for stands beside what was taken. \"Due to ack\" counts from when a comment or reaction was due: what is asked for beyond what is taken waits for its turn at the client, so that it grows as long as the run lasts, and what had no turn is in no latency at all. \"Sent to answer\" is only the server's part of it. Afterwards every count of reactions is compared with what was acknowledged.",
            new("comments/s asked for", "comments wanted per second", true), new("reactions/s asked for", "reactions wanted per second", true), new("viewers", "viewers", true), new("comments/s taken", "comments accepted per second"), new("reactions/s taken", "reactions accepted per second"),
            new("comments, due to ack p50 ms", "ack latency p50 (ms)"), new("p99 ms", "ack latency p99 (ms)"), new("reactions, due to ack p50 ms", "reaction ack latency p50 (ms)"), new("p99 ms", "reaction ack latency p99 (ms)"),
            new("comments, sent to answer p99 ms", "comment answer p99 (ms)"), new("reactions, sent to answer p99 ms", "reaction answer p99 (ms)"), new("server cores", "server CPU (cores)"), new("server memory MiB, most", "server memory, highest so far (MiB)"), new("wrong counts", "comments with a wrong count")),
        new("overload", "Several times as much, with more under way than the queues hold",
            "What is not taken must be answered in time (429 or 503, or `busy` on a WebSocket) and must not be stored. Offered is what was sent: a poster with as many under way as it may have waits for an answer.",
            new("comments/s asked for", "comments wanted per second", true), new("reactions/s asked for", "reactions wanted per second", true), new("comments/s offered", "comments offered per second"), new("refused", "comments refused"), new("taken, % of the most", "comments accepted, of the most (%)"),
            new("reactions/s offered", "reactions offered per second"), new("refused", "reactions refused"), new("taken, % of the most", "reactions accepted, of the most (%)"),
            new("comment answer p99 ms", "comment answer p99 (ms)"), new("max ms", "comment answer max (ms)"), new("reaction answer max ms", "reaction answer max (ms)"), new("refused but stored", "unasked"), new("wrong counts", "comments with a wrong count")),
        new("overload of one event", "One event gets far more than the server takes",
            "First the most that is taken from as many posters is measured, while they wait for their answers. Then several times as much is offered by people who do not wait, while a second event gets 20 comments a second and both are watched. It passes when every post is answered within 2 s, what is refused is not stored and what is acknowledged is (the event's whole log is read at the end), 70 % of the most is still taken, every post to the second event is taken, and 99 of 100 of those within a second. Offered is what was sent: a post whose connection is full, because the server does not read it or has not answered the request before, is not sent. Over HTTP a poster has one request under way, so that a hundred posters may not overload anything. Server and client share the cores, so that refusing has less of them than on a machine of its own.",
            new("door", "door", true), new("posters", "posters", true), new("times the most", "times the most", true), new("the most/s", "the most taken per second"), new("offered/s", "offered per second"), new("taken/s", "taken per second"), new("taken, % of the most", "taken, of the most (%)"),
            new("later than 2 s, %", "answers later than 2 s (%)"), new("unanswered", "unanswered"), new("longest answer s", "longest answer (s)"), new("busy", "refused busy"), new("store-unavailable", "refused store-unavailable"), new("outcome-unknown", "refused outcome-unknown"),
            new("refused but stored", "refused but stored"), new("acknowledged but not stored", "acknowledged but not stored"), new("other event p50 ms", "other event post p50 (ms)"), new("p99 ms", "other event post p99 (ms)"), new("max ms", "other event post max (ms)"), new("not taken", "other event not taken"),
            new("flooded event's viewers p99 ms", "flooded event delivery p99 (ms)"), new("other event's viewers p99 ms", "other event delivery p99 (ms)"), new("server memory MiB, most", "server memory, highest so far (MiB)"), new("server cores", "server CPU (cores)"), new("client cores", "client CPU (cores)"), new("others' cores", OthersKey)),
        new("throughput comments", "Durable comments a second", "Closed-loop over WebSocket: every poster keeps the same number of comments under way.",
            new("posters", "posters", true), new("under way each", "under way per poster", true), new("accepted/s", "accepted per second"), new("server µs/comment", "server CPU per comment (µs)"), new("server cores", "server CPU (cores)"), new("ack p50 ms", "ack latency p50 (ms)"), new("p99 ms", "ack latency p99 (ms)"),
            new("database bytes/comment", "database per comment (bytes)"), new("written bytes/comment", "written to disk per comment (bytes)"), new("lost", "lost")),
        new("throughput reactions", "Durable reactions a second", "The same with reactions: everybody reacts to every comment, and changes their mind in every round.",
            new("posters", "posters", true), new("under way each", "under way per poster", true), new("accepted/s", "accepted per second"), new("server µs/reaction", "server CPU per reaction (µs)"), new("server cores", "server CPU (cores)"), new("ack p50 ms", "ack latency p50 (ms)"), new("p99 ms", "ack latency p99 (ms)"),
            new("database bytes/person and comment", "database per user and comment (bytes)"), new("wrong counts", "comments with a wrong count")),
        new("replay", "A recorded chat", "Posted as its users as fast as it is taken, half over WebSocket, half over HTTP, while viewers watch all of it.",
            new("users", "users", true), new("viewers", "viewers", true), new("posted", "posted"), new("acked/s", "acked per second"), new("server µs/comment", "server CPU per comment (µs)"), new("ack p50 ms", "ack latency p50 (ms)"), new("p99 ms", "ack latency p99 (ms)"), new("delivered", "delivered"),
            new("delivery p50 ms", "delivery latency p50 (ms)"), new("p99 ms", "delivery latency p99 (ms)"), new("lost", "lost")),
    ];

    public static string Write(IReadOnlyList<Report> reports)
    {
        var text = new StringBuilder("# Load results\n\n");
        foreach (var machine in reports.GroupBy(report => report.Machine))
            text.Append(CultureInfo.InvariantCulture, $"Measured {Days(machine)} on {machine.Key}.\n");
        text.Append("""
            Server and load client share the machine, over loopback; the server's rate limits are off. "Others' cores" is CPU time that other programs took
            meanwhile: rows with much of it say little. "Checked" means that every viewer's every entry was compared with what was acknowledged: nothing lost,
            doubled, out of order or altered, and nothing refused but texts that are not valid and what is too much where that is the purpose. Rows of several runs are medians. Each table ends with the commands that give it, after
            `dotnet run -c Release --project tests/LiveComments.Load --`; `dotnet cake --target=Load` runs all of them and writes this page.


            """);
        foreach (var section in Sections)
            text.Append(section.ToMarkdown(reports));
        if (Sizing.Of(reports) is { } sizing)
            text.Append(CultureInfo.InvariantCulture, $"## How much machine for how many viewers\n\n{sizing.ToMarkdown()}\n");
        return text.ToString().TrimEnd('\n') + "\n";
    }

    private static string Days(IEnumerable<Report> reports)
    {
        var (first, last) = (reports.Min(report => report.Date), reports.Max(report => report.Date));
        return first == last ? $"{first:yyyy-MM-dd}" : $"{first:yyyy-MM-dd} to {last:yyyy-MM-dd}";
    }
}
