using System.Diagnostics;
using System.Text.Json;
using LiveComments.Accounts;
using Xunit.Abstractions;

namespace LiveComments.Tests.EndToEnd;

/// <summary>A removal and a ban reach a thousand open sockets on every node; how fast is printed.</summary>
public abstract class ModerationReachSpec(ITestOutputHelper output)
{
    private const int Sockets = 1_000, OfOne = 30;

    /// <summary>All nodes; the moderator is on the first.</summary>
    private protected abstract IReadOnlyList<TestServer> Nodes { get; }

    [Fact]
    public async Task A_removal_and_a_ban_reach_every_open_socket()
    {
        var first = Nodes[0];
        var live = await first.GoLiveAsync();
        var user = new UserId(Guid.NewGuid());
        var comment = (await first.As(Role.Viewer, user).CommentAsync(live, "to be removed")).Text("commentID")!;
        var sockets = new List<(StreamClient Stream, bool IsTheirs)>();
        try
        {
            foreach (var some in Enumerable.Range(0, Sockets).Chunk(50))
                sockets.AddRange(await Task.WhenAll(some.Select(async i =>
                {
                    var node = Nodes[i % Nodes.Count];
                    var isTheirs = i < OfOne;
                    return (await StreamClient.WebSocketAsync(node, live, "?sample=off", isTheirs ? node.Token(user: user) : null), isTheirs);
                })));
            await Task.WhenAll(sockets.Select(socket => socket.Stream.NextAsync("hello")));

            await TimedAsync("The removal", "delete", comment, sockets, async stream =>
            {
                while ((await stream.NextAsync("batch")).GetProperty("entries").EnumerateArray().All(entry => entry.Text("commentID") != comment))
                {
                }
            });
            await TimedAsync("The ban", "ban", user.ToString(), [.. sockets.Where(socket => socket.IsTheirs)], async stream =>
            {
                while ((await stream.NextAsync("notice")).Text("notice") != "banned")
                {
                }
            });
            // The notice may come to another node a moment before the ban does.
            await Task.WhenAll(sockets.Where(socket => socket.IsTheirs).Select(async (socket, i) =>
            {
                var answer = default(JsonElement);
                for (var tries = 0; answer.ValueKind == JsonValueKind.Undefined || answer.Text("type") == "ack"; tries++)
                {
                    await socket.Stream.SendAsync(new { type = "comment", id = $"s{i}-{tries}", commentText = $"still here {i} {tries}" });
                    do
                        answer = await socket.Stream.NextAsync() ?? throw new InvalidOperationException("The stream ended.");
                    while (answer.Text("type") is not ("ack" or "error"));
                    await Task.Delay(50);
                }
                Assert.Equal("banned", answer.Text("code"));
            }));
        }
        finally
        {
            await Task.WhenAll(sockets.Select(socket => socket.Stream.DisposeAsync().AsTask()));
        }

        async Task TimedAsync(string what, string action, string target, IReadOnlyList<(StreamClient Stream, bool)> told, Func<StreamClient, Task> hear)
        {
            var clock = Stopwatch.StartNew();
            var hearing = told.Select(async socket =>
            {
                await hear(socket.Stream);
                return clock.Elapsed;
            }).ToArray();
            var body = action == "delete" ? JsonSerializer.Serialize(new { action, commentIDs = (string[])[target] }) : JsonSerializer.Serialize(new { action, userIDs = (string[])[target] });
            using var moderator = first.As(Role.Administrator);
            await moderator.CallAsync("POST", $"/live/{live}/moderation/decisions", body);
            var answered = clock.Elapsed;
            var line = $"{what} was answered after {answered.TotalMilliseconds:F0} ms and seen by {told.Count} of {Sockets} sockets on {Nodes.Count} nodes after {(await Task.WhenAll(hearing)).Max().TotalMilliseconds:F0} ms.";
            output.WriteLine(line);
            Console.WriteLine(line);
        }
    }
}
