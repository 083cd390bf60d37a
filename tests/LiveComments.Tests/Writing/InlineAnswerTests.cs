using LiveComments.Rooms;
using LiveComments.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace LiveComments.Tests.Writing;

public sealed class InlineAnswerTests
{
    [Fact]
    public async Task A_request_that_comes_behind_an_answered_one_is_not_worked_on_within_the_room()
    {
        using var folder = new TemporaryFolder();
        await using var app = LiveCommentsServer.Build(new ServerArguments("http://127.0.0.1:0", folder.Path, []));
        var pipeline = ((IApplicationBuilder)app).Build();
        var answer = new Awaited<int>();
        var body = new Watched();
        var within = false;
        var client = ClientAsync();
        answer.Set(1, inline: true);
        Assert.True(within);
        Assert.False(InlineAnswer.IsGiven);
        await client.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal([false], body.Within.Distinct());

        async Task ClientAsync()
        {
            await answer.Task.ConfigureAwait(false);
            within = InlineAnswer.IsGiven;
            // As the server's loop over a connection does when the next request is here already.
            var context = new DefaultHttpContext { RequestServices = app.Services };
            context.Request.Method = "GET";
            context.Request.Path = "/nowhere";
            context.Response.Body = body;
            await pipeline(context);
        }
    }

    /// <summary>Notes at every write whether the thread is a room's.</summary>
    private sealed class Watched : MemoryStream
    {
        public List<bool> Within { get; } = [];

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        {
            Within.Add(InlineAnswer.IsGiven);
            return Task.CompletedTask;
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Within.Add(InlineAnswer.IsGiven);
            return ValueTask.CompletedTask;
        }

        public override void Write(byte[] buffer, int offset, int count) => Within.Add(InlineAnswer.IsGiven);
    }
}
