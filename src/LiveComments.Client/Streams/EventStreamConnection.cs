using System.Buffers;
using System.IO.Pipelines;
using System.Net.Http.Headers;

namespace LiveComments.Client.Streams;

/// <summary>A stream by server-sent events. Like a WebSocket's, it is read when somebody asks for a message.</summary>
internal sealed class EventStreamConnection : IStreamConnection
{
    /// <summary>A server says something at least every 20 seconds, if only a comment line.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(45);

    private readonly HttpResponseMessage _answer;
    private readonly PipeReader _body;
    private readonly TimeProvider _time;

    private EventStreamConnection(HttpResponseMessage answer, PipeReader body, TimeProvider time) => (_answer, _body, _time) = (answer, body, time);

    public StreamEnd End { get; private set; } = StreamEnd.Broken();

    /// <exception cref="LiveCommentsException">The server refused.</exception>
    /// <exception cref="Exception">Of the network.</exception>
    public static async Task<EventStreamConnection> OpenAsync(Uri address, string? token, Calls calls, TimeProvider time, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Accept.ParseAdd("text/event-stream");
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var invoker = new HttpMessageInvoker(calls.Handler, disposeHandler: false);
        var answer = await invoker.SendAsync(request, ct);
        try
        {
            if (!answer.IsSuccessStatusCode)
                throw await calls.ProblemAsync(answer, ct);
            if (answer.Content.Headers.ContentType?.MediaType != "text/event-stream")
                throw new LiveCommentsException(ClientCodes.UnexpectedAnswer, "The answer is no stream of events: somebody between here and the server gave it.", (int)answer.StatusCode);
            return new EventStreamConnection(answer, PipeReader.Create(await answer.Content.ReadAsStreamAsync(ct)), time);
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    public async ValueTask<StreamMessage?> NextAsync(CancellationToken ct)
    {
        while (true)
        {
            ReadResult read;
            using var silence = new CancellationTokenSource(Silence, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, silence.Token);
            try
            {
                read = await _body.ReadAsync(either.Token);
            }
            catch (Exception e) when (e is IOException or HttpRequestException or ObjectDisposedException || (e is OperationCanceledException && !ct.IsCancellationRequested))
            {
                End = StreamEnd.Broken(e);
                return null;
            }
            var rest = read.Buffer;
            while (rest.PositionOf((byte)'\n') is { } end)
            {
                var line = rest.Slice(0, end);
                rest = rest.Slice(rest.GetPosition(1, end));
                // One object is one line; ids and comment lines say nothing that the objects do not.
                if (Message(line) is { } message)
                {
                    _body.AdvanceTo(rest.Start);
                    return message;
                }
            }
            if (rest.Length > Calls.MaxAnswer)
                throw new LiveCommentsException(ClientCodes.UnexpectedAnswer, $"A message of the stream has more than {Calls.MaxAnswer} bytes.");
            _body.AdvanceTo(rest.Start, rest.End);
            if (read.IsCompleted)
                return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _body.CompleteAsync();
        _answer.Dispose();
    }

    private static StreamMessage? Message(ReadOnlySequence<byte> line)
    {
        ReadOnlySpan<byte> bytes = line.IsSingleSegment ? line.FirstSpan : line.ToArray();
        return bytes.StartsWith("data:"u8) ? StreamMessageReader.Read(bytes["data:"u8.Length..].Trim((byte)' ').TrimEnd((byte)'\r')) : null;
    }
}
