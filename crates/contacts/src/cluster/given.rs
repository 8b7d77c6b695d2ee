//! Short forms and spellings of given names, and words so common as names that
//! a small directory cannot tell how common they are.

use std::{collections::HashMap, sync::OnceLock};

use foldhash::fast::FixedState;

use super::{
    census::{Kind, hash},
    words::without_umlauts,
};

/// Each line is one name: its full form, then forms that its bearers go by.
/// A form may stand in several lines.
const FORMS: &str = "
abigail abby abbie gail
abraham abe avraham abram
adam ad
adelaide addie heidi
agnes aggie nessie
alan allan allen al alain
albert al bert bertie alberto
aleksandra alexandra alex sandra sasha lexi alessandra
alexander alex al sandy xander sasha alec aleksander aleksandr aleksandar alexandre alessandro alejandro alexandr oleksandr
alexei aleksey alexey alexi aleksei oleksiy
alfred al alf fred alfie alfredo
alice ali allie alicia
amanda mandy
amelia amy millie
anastasia stacy nastya anastasiya
andrew andy drew andrei andrey andre andreas andrea andrzej andriy andrij
angela angie
ann anna anne annie nan nancy hannah ana anja anya
anthony tony antonio anton antoine toni
antonia toni
arnold arnie
arthur art artie arturo artur
barbara barb babs bobbie
bartholomew bart barth
benjamin ben benny bennie benji
bernard bernie barney bernardo bernhard
beatrice bea trixie
bradley brad
brandon bran
calvin cal
cameron cam
candace candy
carl karl carlo
caroline carol carrie lynn carolyn carolina
catherine cathy cate cat kate katie kathy katherine kathryn katharine kathleen kay kit kitty kati katya ekaterina yekaterina catalina katarina katarzyna
cecilia cissy celia
charles charlie chuck chas chaz carlos charly karel
charlotte lottie char charlie
chester chet
christian chris kris christiaan kristian cristian
christina chris tina christine kristin kristina kris christy kirsten chrissy krystyna
christopher chris kit topher kris christoph christophe cristobal kristof krzysztof
claire clara clare
clarence clancy
clifford cliff
constance connie
cornelius neil con corne
cynthia cindy
daniel dan danny daniil daniele danilo danil
david dave davy davey davide dawid
deborah deb debbie debra
denis dennis denny denys
diana diane di
dmitri dmitry dima dmitriy dimitri dmytro mitya
dominic dom dominik dominique nick
donald don donny donnie
dorothy dot dottie dolly dorothea
douglas doug
edmund ed eddie ned ted edmond
edward ed eddie ned ted teddy eduard eduardo edouard
edgar ed
edwin ed eddie
eleanor ellie nell nora ellen elena lena
elizabeth liz lizzie beth betty betsy eliza elisabeth lisa elsie libby bess bettie elise lisbeth ella
emily em emmy millie
emmanuel manny emanuel manuel manu
eric erik erich rick erick
ernest ernie ernst ernesto
eugene gene evgeny evgeniy yevgeny zhenya evgenii eugen jenya
eva eve evelyn evie
ferdinand fred fernando ferd
florence flo flora
frances fran fanny francie francesca frankie
francis frank fran franco francesco francisco paco franz francois frankie
franklin frank
frederick fred freddy freddie rick fredric fredrik frederic frederik friedrich federico fritz
gabriel gabe gabriele
gabrielle gabby gaby gabriela
geoffrey geoff jeff jeffrey jeffery
george georgie jorge georg georges giorgio yuri jurgen jorg jiri
gerald gerry jerry gerard gerhard gerardo
gertrude gertie trudy
gilbert gil bert
giuseppe peppe beppe pino
gregory greg gregg grigory grzegorz gregor gregoire
guillermo memo
gillian jill gill
gustav gus gustavo gustaf
august gus augustus auguste
gwendolyn gwen
harold hal harry
harriet hattie
heather feather
helen nell nellie helena elena ellen
henry hank harry hal henri hendrik heinrich enrique henrik enrico
herbert herb bert
howard howie
hubert hugh bert
hugh hugo hughie
humphrey
igor ihor
immanuel manny manuel
isaac ike zak
isabella bella izzy isabel isabelle isa
ivan vanya jan
jacob jake jacques jakob jakub jaap cob
jacqueline jackie
james jim jimmy jamie jem jaime jay
jan john johannes hans
jane janie jean jenny janet jan
janet jan
jason jay
jeanette jean nettie
jeremy jerry jeremiah jem jez
jessica jess jessie
joan joanne joanna jo joanie joann johanna
john jack johnny jon johnnie jock jan juan johan johann johannes hans ivan jean giovanni joao ian sean
jonathan jon john jonny nathan johnathan jonathon
joseph joe joey jo josef jose jozef pepe giuseppe iosif yosef
josephine jo josie fina
joshua josh
judith judy judi
julia julie jules giulia juliana yulia
julian jules julien
katrina trina kat
kenneth ken kenny
kimberly kim kimberley
konstantin kostya constantine costa
lawrence larry laurence lars lorenzo laurent lorenz laurie
leonard leo len lenny leon leonardo leonid
leo leon lev
leslie les lesley
lewis lew louis lou luis luigi ludwig lewie
lillian lily lil lilly
linda lindy lyn
louise lou lulu luisa louisa
lucas luke luc luca lukas lukasz
lucy lucia lucille lucie
lydia liddy
madeline maddie madeleine maddy magda
magdalena magda lena
malcolm mal
marcus mark marc marco marcos marko marek markus
margaret maggie meg peggy marge margie greta rita margarita marguerite margarete daisy
maria mary marie mia maryam mariya masha
marianne marian mary anne
marilyn mary lynn
marjorie marge margie
martin marty martijn marten
martha marty patty
mary molly polly mamie marie maria may
matthew matt mathew mat mats mathias matthias mathieu matthieu matteo mateusz matej mateo matty
maurice morris moe maurizio
maximilian max maximillian maxim maxime maksim
melissa mel missy lissa
mikhail misha mike michael
michael mike mick mickey micky mikey mitch michel michal miguel mikael mikhail mihai michele misha
michelle shelly micky
mildred millie
mohammed mohammad muhammad mohamed mohamad mo muhammed mehmet
miranda mandy
mitchell mitch
morton mort
nathaniel nathan nate nat nathanael
natalia natalie natasha nat nataliya
nicholas nick nicky nicolas nico niklas nikolaus nikolai nicola nikolas klaus nikolay nikola mykola nik claus niels
nicole nicky nikki nicola
norman norm
oliver ollie olly olivier
olivia liv livvy ollie
oscar oskar ossie
pamela pam
patricia pat patty tricia trish patti
patrick pat paddy rick patricio
paul pablo paolo pavel pauli paulo paulus pavlo
pauline polly paula
penelope penny
peter pete petr pedro pietro pierre piotr pyotr petra petter per
philip phil pip phillip felipe philippe filip flip
prudence prue
priscilla cilla
rachel rae raquel shelly
ralph rafe raoul raul
randolph randy
randall randy
raphael rafael rafa raffaele rafal raf
raymond ray ramon raimund
rebecca becky becca bec
reginald reg reggie
richard rick dick rich richie ricky ricardo riccardo rikard
robert bob rob bobby robbie robby bert robin roberto rupert
roderick rod rick
rodney rod
roger rog rodger rutger rudiger
roland rollie orlando
ronald ron ronnie ronny
rosemary rose rosie
rudolph rudy rudolf
russell russ rusty
ruth ruthie
salvador sal salvatore
samantha sam sammy
samuel sam sammy samir
sarah sara sally sadie
sebastian seb bastian basti bas sebastien sebastiaan
sergei sergey serge sergio serhiy sergii
sharon shari
shirley shirl
sidney sid sydney
solomon sol
simon si simeon szymon
sophia sophie sofia sofie sonya
stanislav stas stanislaw slava
stanley stan
stephanie steph stefanie stephie stefania
stephen steve steven stefan steph stephan stephane stevie esteban etienne istvan stefano
stuart stu stewart
susan sue susie suzanne suzy susanna susannah susanne
sylvia syl silvia
tamara tammy
tyler ty
alvin al
laura laurie
rose rosie rosa
monica moni
tatiana tanya tatyana tania
terence terry terrance terrence
teresa terry tess tessa theresa therese
theodore ted theo teddy theodor theodoros fedor fyodor
thomas tom tommy thom tomas tomasz toma
timothy tim timmy timofey timo
tobias toby tobi
ulrich uli ulli
valentina val valya
valerie val
vasily vasya vasyl basil vassily
veronica ronnie vera
victor vic vick viktor vittorio
victoria vicky vicki tori viktoria
vincent vince vinny vin vincenzo vicente
virginia ginny ginger
vladimir vlad vova volodya volodymyr wladimir
vladislav vlad vladyslav
vyacheslav slava viacheslav
wallace wally
walter walt wally wally walther
wilhelm willi will willy william
wilhelmina mina minnie willa
william will bill billy willie wim liam guillaume guillermo willem bil
winifred winnie freddie
yaroslav slava jaroslav
yekaterina katya
yuri yuriy yury iouri jurij
zachary zach zack zak zachariah
";

/// Surnames and given names common enough that a directory of a thousand
/// people cannot be trusted to show it.
const COMMON: &str = "
smith johnson williams brown jones garcia miller davis rodriguez martinez hernandez lopez gonzalez
wilson anderson thomas taylor moore jackson martin lee perez thompson white harris sanchez clark
ramirez lewis robinson walker young allen king wright scott torres nguyen hill flores green adams
nelson baker hall rivera campbell mitchell carter roberts evans turner parker collins edwards
stewart morris murphy cook rogers morgan cooper peterson reed bailey kelly howard kim cox ward
richardson watson brooks wood james bennett gray hughes price myers long ross foster
muller schmidt schneider fischer weber meyer wagner becker schulz hoffmann koch bauer richter klein
wolf schroder neumann schwarz zimmermann braun kruger hofmann lange krause
bernard dubois durand moreau laurent simon michel lefebvre leroy roux david bertrand morel fournier
rossi russo ferrari esposito bianchi romano colombo ricci marino greco
fernandez gomez diaz ruiz alvarez jimenez moreno munoz alonso gutierrez silva santos oliveira souza
pereira costa ferreira rodrigues almeida lima gomes ribeiro carvalho
wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he lin gao luo tan wong chan
park choi jung kang cho yoon jang lim han sato suzuki takahashi tanaka watanabe ito yamamoto
nakamura kobayashi kato yoshida yamada sasaki
kumar singh sharma gupta patel shah khan ali ahmed hussain verma jain das reddy rao mishra agarwal
yadav joshi mehta nair iyer raj ram chaudhary kaur begum
ivanov smirnov kuznetsov popov petrov sokolov novak kovacs nagy horvath nowak kowalski kaya yilmaz
demir jansen bakker visser smit johansson andersson karlsson nilsson eriksson larsson olsson hansen
jensen nielsen pedersen olsen larsen andersen korhonen virtanen cohen levy mohamed
abhishek aditya amit aman ankit arjun ashish ayush deepak gaurav harsh himanshu karan manish mohit
nikhil nitin pankaj prateek rahul rajesh ravi rohan rohit sachin sahil sandeep sanjay saurabh
shubham siddharth sumit sunil suresh tushar varun vijay vikas vikram vishal vivek yash anil arun
ashwin priya neha pooja divya shreya ananya kunal akash naman dhruv krishna
wei ming yu jun feng hao jie xin yi ying jing hui yan ting lei
hiroshi kenji takashi yuki satoshi
ahmad hassan hussein ibrahim omar yusuf mustafa fatima aisha
bruce bryan brian kevin keith craig gary glenn ryan justin scott todd wayne dale roy ray lee
jennifer jenny karen laura lauren megan kelly amber crystal tiffany wendy tracy robin
jorg jurgen uwe dirk frank ralf rainer thorsten torsten heiko holger jens kai sven ingo olaf
matthias tim tom max felix jonas florian philipp lukas fabian daniel nina lea
pierre jean luc yves alain guillaume romain cedric xavier vincent nicolas thierry
hugo diego javier jesus miguel marcos pablo rafael sergio jordi
magnus olof gustav henrik anders lars erik nils per bjorn mikko jari juha
";

/// By the hash of a word.
type Forms = HashMap<u64, Vec<u16>, FixedState>;

fn forms() -> &'static Forms {
    static MAP: OnceLock<Forms> = OnceLock::new();
    MAP.get_or_init(|| {
        let mut map = Forms::default();
        let lines = FORMS.lines().chain(COMMON.lines());
        for (line, words) in (0u16..).zip(lines) {
            let has_forms = usize::from(line) < FORMS.lines().count();
            for word in words.split_whitespace() {
                let mut compared = String::with_capacity(word.len());
                without_umlauts(word, &mut compared);
                let of_word = map.entry(hash(Kind::Word, &compared)).or_default();
                if has_forms && !of_word.contains(&line) {
                    of_word.push(line);
                }
            }
        }
        map
    })
}

/// The full forms that a common name may stand for, as numbers in ascending
/// order, by the [`hash`] of the word; `None` where so few people bear it that
/// seeing it twice tells much.
pub(super) fn full_forms(word: u64) -> Option<&'static [u16]> {
    forms().get(&word).map(Vec::as_slice)
}

/// Whether two given names may be one person's (`bob`, `robert`).
pub(super) fn are_forms_of_one(a: Option<&[u16]>, b: Option<&[u16]>) -> bool {
    let (Some(a), Some(b)) = (a, b) else {
        return false;
    };
    a.iter().any(|line| b.contains(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_one_name() {
        let forms = |word| full_forms(hash(Kind::Word, word));
        let of_one = |a, b| are_forms_of_one(forms(a), forms(b));
        assert!(
            of_one("bob", "robert") && of_one("sasha", "aleksandr") && of_one("jorg", "jurgen")
        );
        assert!(!of_one("al", "bob") && !of_one("smith", "smith"));
        assert!(forms("smith").is_some() && forms("kate").is_some());
        assert!(forms("zwolinski").is_none());
    }
}
