using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace LiveComments.Load.Protocol;

/// <summary>What a client sends, as bytes.</summary>
internal static class Messages
{
    /// <summary>The body of <c>POST .../comments</c>.</summary>
    public static byte[] CommentBody(string text) => Encoding.UTF8.GetBytes($"{{\"commentText\":{Quote(text)}}}");

    /// <summary>The <c>comment</c> message of the stream.</summary>
    public static byte[] Comment(string key, string text) => Encoding.UTF8.GetBytes($"{{\"type\":\"comment\",\"id\":\"{key}\",\"commentText\":{Quote(text)}}}");

    private static string Quote(string text) => $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";
}
