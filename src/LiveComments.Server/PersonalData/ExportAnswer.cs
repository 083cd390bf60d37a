using LiveComments.Accounts;

namespace LiveComments.Server.PersonalData;

/// <summary>The export as a file to download. It is sent as it is read, so it does not say how long it is.</summary>
/// <param name="ended">Called when it is sent, or cannot be.</param>
internal sealed class ExportAnswer(PersonExport export, Account account, Action ended) : IResult
{
    public async Task ExecuteAsync(HttpContext context)
    {
        try
        {
            context.Response.ContentType = "application/json";
            context.Response.Headers.ContentDisposition = $"attachment; filename=\"livecomments-{account.Username}.json\"";
            await export.WriteAsync(account, context.Response.BodyWriter, context.RequestAborted);
        }
        catch (StoreUnavailableException) when (context.Response.HasStarted)
        {
            // Half of it must not look whole.
            context.Abort();
        }
        finally
        {
            ended();
        }
    }
}
