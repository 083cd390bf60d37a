using System.CommandLine;
using LiveComments.Keys;

namespace LiveComments.Server.Commands;

/// <summary><c>keys</c>: changes what access tokens are signed with; running servers follow within a second.</summary>
internal static class KeysCommand
{
    public static void AddTo(RootCommand root, CommandLine line)
    {
        Option<bool> removeOld = new("--remove-old")
        {
            Description = "Also removes every older key, for when one was stolen: the tokens they signed, printed ones too, are refused within a minute. Log-ins stay; their next refresh brings a new token.",
        };
        Command rotate = new("rotate", "Adds a signing key, which signs from now on. Tokens of older keys stay valid until they expire.") { removeOld };
        rotate.SetAction(async (result, ct) =>
        {
            var folder = line.Folder(result);
            folder.MustExist();
            folder.MustBeOwn();
            folder.Create();
            await line.UseKeysAsync(result, async keys =>
            {
                var kid = await keys.RotateAsync(ct);
                if (result.GetValue(removeOld))
                    await keys.RemoveOldAsync(ct);
                Console.Out.WriteLine(kid);
            }, ct);
        });
        Command newKey = new("new-encryption-key", "Prints a new key for LiveComments:PostgreSql:KeyEncryptionKey, which encrypts what nodes share in the database.");
        newKey.SetAction(_ => Console.Out.WriteLine(SealedKeyStore.NewEncryptionKey()));
        root.Subcommands.Add(new Command("keys", "The keys that access tokens are signed with; also beside a running server.") { rotate, newKey });
    }
}
