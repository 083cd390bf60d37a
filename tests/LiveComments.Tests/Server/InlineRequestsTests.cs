using LiveComments.Server;
using LiveComments.Tests.EndToEnd;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Tests.Server;

/// <summary>On which threads requests are worked on.</summary>
public sealed class InlineRequestsTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private WebApplication _app = null!;
    private RequestDelegate _pipeline = null!;

    public Task InitializeAsync()
    {
        _app = LiveCommentsServer.Build(new ServerArguments("http://127.0.0.1:0", _folder.Path, []));
        _pipeline = ((IApplicationBuilder)_app).Build();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("POST", "/live/match/comments", true)]
    [InlineData("POST", "/live/match/comments/01234567-89ab-7def-8123-456789abcdef/reactions", true)]
    [InlineData("DELETE", "/live/match/comments/01234567-89ab-7def-8123-456789abcdef/reactions", true)]
    [InlineData("GET", "/nowhere", false)]
    [InlineData("GET", "/live/match/comments", false)]
    [InlineData("GET", "/live/match/comments/stream", false)]
    [InlineData("POST", "/events", false)]
    [InlineData("GET", "/openapi.json", false)]
    public async Task Only_what_is_brief_is_worked_on_by_the_thread_that_polls_sockets(string method, string path, bool stays)
    {
        var body = new Watched();
        Task? asked = null;
        var polling = new Thread(() => asked = AskAsync(method, path, body));
        polling.Start();
        polling.Join();
        await asked!.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(stays, body.Threads[0] == polling);
    }

    [Fact]
    public async Task A_thread_that_polls_is_given_back_to_its_sockets_now_and_then()
    {
        var (body, asked) = (new Watched(), new List<Task>());
        var polling = new Thread(() => asked.AddRange(Enumerable.Range(0, 130).Select(_ => AskAsync("POST", "/live/match/comments", body))));
        polling.Start();
        polling.Join();
        await Task.WhenAll(asked).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(2, 130 - body.Threads.Count(thread => thread == polling));
    }

    [Fact]
    public async Task The_server_works_on_requests_where_sockets_are_polled()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServerProcess.StartAsync(folder.Path);
        // The runtime polls with as many threads as there are processors then, and with one for some thirty of them otherwise.
        Assert.Equal(Environment.ProcessorCount, Directory.GetDirectories($"/proc/{server.Id}/task").Count(Polls));

        static bool Polls(string thread)
        {
            try
            {
                return File.ReadAllText(Path.Combine(thread, "comm")) == ".NET Sockets\n";
            }
            catch (IOException)
            {
                // It has ended meanwhile.
                return false;
            }
        }
    }

    private async Task AskAsync(string method, string path, Stream body)
    {
        await using var scope = _app.Services.CreateAsyncScope();
        var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        context.Request.Method = method;
        context.Request.Path = path;
        context.Response.Body = body;
        await _pipeline(context);
    }

    /// <summary>Notes the thread of every write.</summary>
    private sealed class Watched : MemoryStream
    {
        public List<Thread> Threads { get; } = [];

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        {
            Note();
            return Task.CompletedTask;
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Note();
            return ValueTask.CompletedTask;
        }

        public override void Write(byte[] buffer, int offset, int count) => Note();

        private void Note()
        {
            lock (Threads)
                Threads.Add(Thread.CurrentThread);
        }
    }
}
